MODEL (
  name stg.sap_a__as_stock,
  kind EMBEDDED,
  owner plant_a_erp,
  grain (product_code, lot_no, storage_location_code, snapshot_date),
  description 'Month-end stock of plant A by lot and location.',
  tags (stg, sap_a)
);

SELECT
  (CASE stock.plant_code WHEN '1000' THEN 'A' END)::TEXT AS site_code,  /* Plant A is SAP plant 1000; any other plant has no site */
  stock.product_code::TEXT AS product_code,  /* Material number without padding */
  @norm_lot(stock.lot_no)::TEXT AS lot_no,  /* Lot number, normalised */
  stock.storage_location_code::TEXT AS storage_location_code,  /* Storage location */
  stock.stock_qty::DECIMAL(18, 3) AS stock_qty,  /* Unrestricted stock, base unit */
  stock.quality_qty::DECIMAL(18, 3) AS quality_qty,  /* Stock in quality inspection, base unit */
  stock.blocked_qty::DECIMAL(18, 3) AS blocked_qty,  /* Blocked stock, base unit */
  stock.snapshot_date::DATE AS snapshot_date,  /* Day the stock was taken */
  'sap_a'::TEXT AS source_system,  /* System the row came from */
  stock._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  stock._row::BIGINT AS _row  /* Record number in the file */
FROM stg.sap_a__mchb AS stock
