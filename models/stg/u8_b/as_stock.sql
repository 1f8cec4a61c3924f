MODEL (
  name stg.u8_b__as_stock,
  kind EMBEDDED,
  owner plant_b_erp,
  grain (product_code, lot_no, storage_location_code, snapshot_date),
  description 'Month-end stock of plant B by lot and warehouse.',
  tags (stg, u8_b)
);

SELECT
  'B'::TEXT AS site_code,  /* Plant B */
  stock.product_code::TEXT AS product_code,  /* Item code */
  @norm_lot(stock.lot_no)::TEXT AS lot_no,  /* Lot number, normalised; NULL for items without lots */
  stock.storage_location_code::TEXT AS storage_location_code,  /* Warehouse */
  stock.stock_qty::DECIMAL(18, 3) AS stock_qty,  /* Quantity on hand, base unit */
  0::DECIMAL(18, 3) AS quality_qty,  /* U8 keeps no stock in inspection apart */
  0::DECIMAL(18, 3) AS blocked_qty,  /* U8 keeps no blocked stock apart */
  stock.snapshot_date::DATE AS snapshot_date,  /* Day the stock was taken */
  'u8_b'::TEXT AS source_system,  /* System the row came from */
  stock._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  stock._row::BIGINT AS _row  /* Record number in the file */
FROM stg.u8_b__currentstock AS stock
