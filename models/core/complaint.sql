MODEL (
  name core.complaint,
  kind FULL,
  owner quality,
  grain (complaint_no),
  description 'Complaints, last known state.',
  tags (core),
  audits (not_null(columns := (complaint_no)), unique_values(columns := (complaint_no)))
);

WITH cleaned AS (
  SELECT
    @text(complaint_no) AS complaint_no,
    site_code,
    received_date,
    @text(product_code) AS product_code,
    product_id,
    udi_text,
    @norm_lot(lot_no) AS lot_no,
    @lot_id(site_code, @text(product_code), lot_no) AS lot_id,
    is_reportable,
    closed_date,
    source_system,
    _source_table,
    _file_sha256,
    _row
  FROM @entity(@as_complaint) AS mapped
)
SELECT
  complaint_no::TEXT AS complaint_no,  /* Complaint number */
  site_code::TEXT AS site_code,  /* Plant: A, B, C; G for public registers */
  received_date::DATE AS received_date,  /* Day it was received */
  product_code::TEXT AS product_code,  /* Material number as the plant writes it, without padding */
  product_id::TEXT AS product_id,  /* Product key '<system>:<product_code>' */
  udi_text::TEXT AS udi_text,  /* UDI as written by the complainant */
  lot_no::TEXT AS lot_no,  /* Lot number, normalised */
  lot_id::TEXT AS lot_id,  /* Lot key '<site>:<product_code>:<lot_no>', NULL when the lot is blank */
  is_reportable::BOOLEAN AS is_reportable,  /* Reportable to the authority */
  closed_date::DATE AS closed_date,  /* Day it was closed, NULL while open */
  source_system::TEXT AS source_system,  /* System the row came from */
  _source_table::TEXT AS _source_table,  /* Contract of the source row */
  _file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  _row::BIGINT AS _row  /* Record number in the file */
FROM cleaned
QUALIFY
  @is_survivor(complaint_no)
