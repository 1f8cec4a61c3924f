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
    @text(lot_no) AS lot_text,
    @norm_lot(lot_no) AS lot_no,
    @lot_id(site_code, @text(product_code), lot_no) AS lot_id,
    is_reportable,
    closed_date,
    source_system,
    _source_table,
    _file_sha256,
    _row
  FROM @entity(@as_complaint) AS mapped
), kept AS (
  SELECT * FROM cleaned QUALIFY @is_survivor(complaint_no)
)
SELECT
  kept.complaint_no::TEXT AS complaint_no,  /* Complaint number */
  kept.site_code::TEXT AS site_code,  /* Plant: A, B, C; G for public registers */
  kept.received_date::DATE AS received_date,  /* Day it was received */
  kept.product_code::TEXT AS product_code,  /* Material number as the plant writes it, without padding */
  kept.product_id::TEXT AS product_id,  /* Product key '<system>:<product_code>' */
  kept.udi_text::TEXT AS udi_text,  /* UDI as written by the complainant */
  kept.lot_no::TEXT AS lot_no,  /* Lot number as the system writes it, normalised */
  COALESCE(known.lot_id, kept.lot_id)::TEXT AS lot_id,  /* Lot it stands for by core.lot_crosswalk, else the key of the spelling itself; NULL when the lot is blank */
  kept.is_reportable::BOOLEAN AS is_reportable,  /* Reportable to the authority */
  kept.closed_date::DATE AS closed_date,  /* Day it was closed, NULL while open */
  kept.source_system::TEXT AS source_system,  /* System the row came from */
  kept._source_table::TEXT AS _source_table,  /* Contract of the source row */
  kept._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  kept._row::BIGINT AS _row  /* Record number in the file */
FROM kept
LEFT JOIN core.lot_crosswalk AS known
  ON known.source_system = kept.source_system AND known.site_code = kept.site_code
  AND known.product_code IS NOT DISTINCT FROM kept.product_code AND known.lot_text = kept.lot_text
