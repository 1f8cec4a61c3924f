MODEL (
  name core.ncr,
  kind FULL,
  owner quality,
  grain (ncr_no),
  description 'Nonconformities, last known state.',
  tags (core),
  audits (not_null(columns := (ncr_no)), unique_values(columns := (ncr_no)))
);

WITH cleaned AS (
  SELECT
    @text(ncr_no) AS ncr_no,
    site_code,
    opened_at,
    @norm_lot(lot_no) AS lot_no,
    @lot_id(site_code, @text(product_code), lot_no) AS lot_id,
    @text(product_code) AS product_code,
    qty,
    severity_code,
    disposition_code,
    closed_at,
    source_system,
    _source_table,
    _file_sha256,
    _row
  FROM @entity(@as_ncr) AS mapped
)
SELECT
  ncr_no::TEXT AS ncr_no,  /* Nonconformity number */
  site_code::TEXT AS site_code,  /* Plant: A, B, C; G for public registers */
  opened_at::TIMESTAMPTZ AS opened_at,  /* Opened, UTC */
  lot_no::TEXT AS lot_no,  /* Lot number, normalised */
  lot_id::TEXT AS lot_id,  /* Lot key '<site>:<product_code>:<lot_no>', NULL when the lot is blank */
  product_code::TEXT AS product_code,  /* Material number as the plant writes it, without padding */
  qty::DECIMAL(18, 3) AS qty,  /* Quantity in uom_code */
  severity_code::TEXT AS severity_code,  /* critical, major or minor */
  disposition_code::TEXT AS disposition_code,  /* rework, scrap, concession, return */
  closed_at::TIMESTAMPTZ AS closed_at,  /* Closed, UTC */
  source_system::TEXT AS source_system,  /* System the row came from */
  _source_table::TEXT AS _source_table,  /* Contract of the source row */
  _file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  _row::BIGINT AS _row  /* Record number in the file */
FROM cleaned
QUALIFY
  @is_survivor(ncr_no)
