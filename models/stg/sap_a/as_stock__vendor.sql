MODEL (
  name stg.sap_a__as_stock__vendor,
  kind EMBEDDED,
  owner plant_a_erp,
  grain (product_code, lot_no, storage_location_code, snapshot_date),
  description 'Month-end stock of plant A that lies with vendors, by lot and vendor.',
  tags (stg, sap_a)
);

SELECT
  (CASE stock.plant_code WHEN '1000' THEN 'A' END)::TEXT AS site_code,  /* Plant A is SAP plant 1000; any other plant has no site */
  stock.product_code::TEXT AS product_code,  /* Material number without padding */
  @norm_lot(stock.lot_no)::TEXT AS lot_no,  /* Lot number, normalised */
  ('vendor:' || stock.supplier_code)::TEXT AS storage_location_code,  /* The vendor stands for a location */
  stock.stock_qty::DECIMAL(18, 3) AS stock_qty,  /* Stock the vendor may use, base unit */
  0::DECIMAL(18, 3) AS quality_qty,  /* Stock in quality inspection: SAP keeps it apart, none is extracted */
  0::DECIMAL(18, 3) AS blocked_qty,  /* Blocked stock: a vendor has none */
  stock.snapshot_date::DATE AS snapshot_date,  /* Day the stock was taken */
  'sap_a'::TEXT AS source_system,  /* System the row came from */
  stock._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  stock._row::BIGINT AS _row  /* Record number in the file */
FROM stg.sap_a__mslb AS stock
