MODEL (
  name stg.u8_b__as_movement__form_change,
  kind EMBEDDED,
  owner plant_b_erp,
  grain (movement_id),
  description 'Lots of plant B that became other lots by an approved form change (形态转换): one row per line after, with the lot before of its group.',
  tags (stg, u8_b)
);

SELECT
  ('u8_b:form:' || after.voucher_line_id)::TEXT AS movement_id,  /* Movement key 'u8_b:form:<line after>' */
  'B'::TEXT AS site_code,  /* Plant B */
  head.voucher_no::TEXT AS document_no,  /* Voucher number */
  after.voucher_line_id::TEXT AS line_no,  /* Id of the line after */
  head.posting_date::DATE AS posting_date,  /* Posting day, local to the plant */
  head.entered_at::TIMESTAMPTZ AS entered_at,  /* Time of entry, UTC */
  head.voucher_type_code::TEXT AS movement_type_code,  /* Voucher type: 15 */
  'relabel'::TEXT AS movement_class_code,  /* Class: moved to another lot */
  (after.qty < 0)::BOOLEAN AS is_reversal,  /* A red entry takes an earlier one back */
  ('u8_b:' || before.product_code)::TEXT AS product_id,  /* Product key 'u8_b:<product_code>' of the lot before */
  before.product_code::TEXT AS product_code,  /* Item code of the lot before */
  @norm_lot(before.lot_no)::TEXT AS lot_no,  /* Lot before, normalised */
  (-after.qty)::DECIMAL(18, 3) AS qty,  /* Quantity out of (-) the lot before */
  after.uom_code::TEXT AS uom_code,  /* Unit of the quantity, UN/ECE Rec 20 */
  (-after.qty * CASE WHEN after.uom_code = item.uom_code THEN 1 ELSE factor.base_per_unit_qty END)::DECIMAL(18, 3) AS base_qty,  /* The same in the base unit; NULL without a factor */
  NULL::TEXT AS order_no,  /* No order */
  NULL::TEXT AS purchase_order_no,  /* No purchase */
  NULL::TEXT AS po_line_no,  /* No purchase */
  NULL::TEXT AS supplier_code,  /* No supplier */
  NULL::TEXT AS customer_code,  /* No customer */
  NULL::TEXT AS delivery_no,  /* No delivery */
  after.product_code::TEXT AS to_product_code,  /* Item code of the lot after */
  @norm_lot(after.lot_no)::TEXT AS to_lot_no,  /* Lot after, normalised */
  NULL::TEXT AS reversal_of_movement_id,  /* A red line does not name the line it takes back */
  NULL::TEXT AS storage_location_code,  /* A form change names no warehouse */
  FALSE::BOOLEAN AS is_backflush,  /* Never backflushed */
  'u8_b'::TEXT AS source_system,  /* System the row came from */
  after._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  after._row::BIGINT AS _row  /* Record number in the file */
FROM stg.u8_b__assemvouchs AS after
INNER JOIN stg.u8_b__assemvouch AS head
  ON head.voucher_id = after.voucher_id AND NOT head.approved_by IS NULL
INNER JOIN stg.u8_b__assemvouchs AS before
  ON before.voucher_id = after.voucher_id AND before.group_no = after.group_no AND before.side_name = '转换前'
LEFT JOIN stg.u8_b__inventory AS item
  ON item.product_code = after.product_code
LEFT JOIN stg.u8_b__computationunit AS factor
  ON factor.product_code = after.product_code AND factor.uom_code = after.uom_code
WHERE
  after.side_name = '转换后'
