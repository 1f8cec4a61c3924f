MODEL (
  name stg.u8_b__as_purchase_order_line,
  kind EMBEDDED,
  owner plant_b_erp,
  grain (purchase_order_no, po_line_no),
  description 'Purchase order lines of plant B; lines of drafts (no verifier) are left in stg.',
  tags (stg, u8_b)
);

SELECT
  head.purchase_order_no::TEXT AS purchase_order_no,  /* Purchase order number */
  line.po_line_id::TEXT AS po_line_no,  /* Id of the order line */
  'B'::TEXT AS site_code,  /* Plant B */
  head.supplier_code::TEXT AS supplier_code,  /* Supplier code */
  ('u8_b:' || line.product_code)::TEXT AS product_id,  /* Product key 'u8_b:<product_code>' */
  line.ordered_qty::DECIMAL(18, 3) AS ordered_qty,  /* Ordered quantity */
  line.uom_code::TEXT AS uom_code,  /* Order unit, UN/ECE Rec 20 */
  line.net_price::DECIMAL(18, 4) AS net_price,  /* Net price of one order unit */
  head.currency_code::TEXT AS currency_code,  /* Currency of the price, ISO 4217 */
  head.ordered_date::DATE AS ordered_date,  /* Day of order */
  line.due_date::DATE AS due_date,  /* Day on which delivery is due */
  FALSE::BOOLEAN AS is_subcontracted,  /* Plant B gives no work to vendors */
  'u8_b'::TEXT AS source_system,  /* System the row came from */
  line._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  line._row::BIGINT AS _row  /* Record number in the file */
FROM stg.u8_b__po_podetails AS line
INNER JOIN stg.u8_b__po_pomain AS head
  ON head.po_id = line.po_id AND NOT head.verified_by IS NULL
