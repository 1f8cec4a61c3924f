MODEL (
  name stg.u8_b__as_order,
  kind EMBEDDED,
  owner plant_b_erp,
  grain (order_no),
  description 'Production orders of plant B. U8 gives the day an order is due, not the day it ended.',
  tags (stg, u8_b)
);

SELECT
  placed.order_no::TEXT AS order_no,  /* Production order number */
  'B'::TEXT AS site_code,  /* Plant B */
  placed.product_code::TEXT AS product_code,  /* Item produced */
  ('u8_b:' || placed.product_code)::TEXT AS product_id,  /* Product key 'u8_b:<product_code>' */
  @norm_lot(placed.lot_no)::TEXT AS lot_no,  /* Planned lot, normalised */
  placed.order_type_code::TEXT AS order_type_code,  /* production or rework */
  placed.planned_qty::DECIMAL(18, 3) AS planned_qty,  /* Planned quantity, base unit */
  item.uom_code::TEXT AS uom_code,  /* Base unit of the item, UN/ECE Rec 20 */
  placed.started_date::DATE AS started_date,  /* Day of start */
  NULL::DATE AS finished_date,  /* U8 keeps only a due day */
  placed.status_code::TEXT AS status_code,  /* released or closed */
  'u8_b'::TEXT AS source_system,  /* System the row came from */
  placed._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  placed._row::BIGINT AS _row  /* Record number in the file */
FROM stg.u8_b__mom_orderdetail AS placed
LEFT JOIN stg.u8_b__inventory AS item
  ON item.product_code = placed.product_code
