MODEL (
  name stg.sap_a__as_purchase_order_line,
  kind EMBEDDED,
  owner plant_a_erp,
  grain (purchase_order_no, po_line_no),
  description 'Purchase order lines of plant A, in the order unit, with supplier, currency and date of their head.',
  tags (stg, sap_a)
);

SELECT
  line.purchase_order_no::TEXT AS purchase_order_no,  /* Purchase order number */
  line.po_line_no::TEXT AS po_line_no,  /* Line of the purchase order */
  (CASE line.plant_code WHEN '1000' THEN 'A' END)::TEXT AS site_code,  /* Plant A is SAP plant 1000; any other plant has no site */
  head.supplier_code::TEXT AS supplier_code,  /* Supplier of the order */
  ('sap_a:' || line.product_code)::TEXT AS product_id,  /* Product key 'sap_a:<product_code>' */
  line.ordered_qty::DECIMAL(18, 3) AS ordered_qty,  /* Ordered quantity in uom_code, the order unit */
  line.uom_code::TEXT AS uom_code,  /* Unit of the quantity, UN/ECE Rec 20 */
  line.net_price::DECIMAL(18, 4) AS net_price,  /* Net price per order unit in currency_code */
  head.currency_code::TEXT AS currency_code,  /* ISO 4217 */
  head.ordered_date::DATE AS ordered_date,  /* Day of the order */
  line.due_date::DATE AS due_date,  /* Agreed delivery day */
  (line.item_category_code = '3')::BOOLEAN AS is_subcontracted,  /* The vendor works on parts we provide (item category 3) */
  'sap_a'::TEXT AS source_system,  /* System the row came from */
  line._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  line._row::BIGINT AS _row  /* Record number in the file */
FROM stg.sap_a__ekpo AS line
LEFT JOIN stg.sap_a__ekko AS head
  ON head.purchase_order_no = line.purchase_order_no
