MODEL (
  name core.stock,
  kind FULL,
  owner production,
  grain (source_system, _file_sha256, _row),
  description 'Stock snapshots by lot and storage location.',
  tags (core),
  audits (not_null(columns := (source_system, _file_sha256, _row)), unique_combination_of_columns(columns := (source_system, _file_sha256, _row)))
);

SELECT
  site_code::TEXT AS site_code,  /* Plant: A, B, C; G for public registers */
  @text(product_code)::TEXT AS product_code,  /* Material number as the plant writes it, without padding */
  @norm_lot(lot_no)::TEXT AS lot_no,  /* Lot number, normalised */
  @lot_id(site_code, @text(product_code), lot_no)::TEXT AS lot_id,  /* Lot key '<site>:<product_code>:<lot_no>', NULL when the lot is blank */
  storage_location_code::TEXT AS storage_location_code,  /* Storage location */
  stock_qty::DECIMAL(18, 3) AS stock_qty,  /* Unrestricted stock, base unit */
  quality_qty::DECIMAL(18, 3) AS quality_qty,  /* Stock in quality inspection, base unit */
  blocked_qty::DECIMAL(18, 3) AS blocked_qty,  /* Blocked stock, base unit */
  snapshot_date::DATE AS snapshot_date,  /* Day the stock was taken */
  source_system::TEXT AS source_system,  /* System the row came from */
  _source_table::TEXT AS _source_table,  /* Contract of the source row */
  _file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  _row::BIGINT AS _row  /* Record number in the file */
FROM @entity(@as_stock) AS mapped
