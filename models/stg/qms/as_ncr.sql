MODEL (
  name stg.qms__as_ncr,
  kind EMBEDDED,
  owner quality_management,
  grain (ncr_no),
  description 'Nonconformance records in their latest state.',
  tags (stg, qms)
);

SELECT
  ncr.ncr_no::TEXT AS ncr_no,  /* Record number */
  ncr.site_code::TEXT AS site_code,  /* Plant: A or B */
  ncr.opened_at::TIMESTAMPTZ AS opened_at,  /* Opened */
  ncr.lot_no::TEXT AS lot_no,  /* Lot concerned, as typed */
  ncr.product_code::TEXT AS product_code,  /* Product code of the site */
  ncr.qty::DECIMAL(18, 3) AS qty,  /* Nonconforming quantity, base unit of the product */
  ncr.severity_code::TEXT AS severity_code,  /* critical, major or minor */
  ncr.disposition_code::TEXT AS disposition_code,  /* rework, scrap, concession or return; NULL while undecided */
  ncr.closed_at::TIMESTAMPTZ AS closed_at,  /* Closed; NULL while open */
  'qms'::TEXT AS source_system,  /* System the row came from */
  ncr._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  ncr._row::BIGINT AS _row  /* Record number in the file */
FROM stg.qms__ncr AS ncr
