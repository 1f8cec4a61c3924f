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
    @text(lot_no) AS lot_text,
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
), kept AS (
  SELECT * FROM cleaned QUALIFY @is_survivor(ncr_no)
)
SELECT
  kept.ncr_no::TEXT AS ncr_no,  /* Nonconformity number */
  kept.site_code::TEXT AS site_code,  /* Plant: A, B, C; G for public registers */
  kept.opened_at::TIMESTAMPTZ AS opened_at,  /* Opened, UTC */
  kept.lot_no::TEXT AS lot_no,  /* Lot number as the system writes it, normalised */
  COALESCE(known.lot_id, kept.lot_id)::TEXT AS lot_id,  /* Lot it stands for by core.lot_crosswalk, else the key of the spelling itself; NULL when the lot is blank */
  kept.product_code::TEXT AS product_code,  /* Material number as the plant writes it, without padding */
  kept.qty::DECIMAL(18, 3) AS qty,  /* Quantity in uom_code */
  kept.severity_code::TEXT AS severity_code,  /* critical, major or minor */
  kept.disposition_code::TEXT AS disposition_code,  /* rework, scrap, concession, return */
  kept.closed_at::TIMESTAMPTZ AS closed_at,  /* Closed, UTC */
  kept.source_system::TEXT AS source_system,  /* System the row came from */
  kept._source_table::TEXT AS _source_table,  /* Contract of the source row */
  kept._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  kept._row::BIGINT AS _row  /* Record number in the file */
FROM kept
LEFT JOIN core.lot_crosswalk AS known
  ON known.source_system = kept.source_system AND known.site_code = kept.site_code
  AND known.product_code IS NOT DISTINCT FROM kept.product_code AND known.lot_text = kept.lot_text
