MODEL (
  name stg.u8_b__as_shipment,
  kind EMBEDDED,
  owner plant_b_erp,
  grain (delivery_no, delivery_line_no),
  description 'Dispatch lines of plant B.',
  tags (stg, u8_b)
);

SELECT
  sent.delivery_no::TEXT AS delivery_no,  /* Delivery number */
  sent.dispatch_line_id::TEXT AS delivery_line_no,  /* Id of the dispatch line */
  'B'::TEXT AS site_code,  /* Plant B */
  sent.shipped_date::DATE AS shipped_date,  /* Day of dispatch */
  sent.customer_code::TEXT AS customer_code,  /* Customer */
  sent.product_code::TEXT AS product_code,  /* Item code */
  ('u8_b:' || sent.product_code)::TEXT AS product_id,  /* Product key 'u8_b:<product_code>' */
  @norm_lot(sent.lot_no)::TEXT AS lot_no,  /* Lot dispatched, normalised */
  sent.qty::DECIMAL(18, 3) AS qty,  /* Dispatched quantity */
  sent.uom_code::TEXT AS uom_code,  /* Unit of the quantity, UN/ECE Rec 20 */
  (sent.qty * CASE WHEN sent.uom_code = item.uom_code THEN 1 ELSE factor.base_per_unit_qty END)::DECIMAL(18, 3) AS base_qty,  /* The same in the base unit; NULL without a factor */
  'u8_b'::TEXT AS source_system,  /* System the row came from */
  sent._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  sent._row::BIGINT AS _row  /* Record number in the file */
FROM stg.u8_b__dispatchlist AS sent
LEFT JOIN stg.u8_b__inventory AS item
  ON item.product_code = sent.product_code
LEFT JOIN stg.u8_b__computationunit AS factor
  ON factor.product_code = sent.product_code AND factor.uom_code = sent.uom_code
