MODEL (
  name stg.qms__as_deviation,
  kind EMBEDDED,
  owner quality_management,
  grain (deviation_no),
  description 'Deviation records in their latest state.',
  tags (stg, qms)
);

SELECT
  deviation.deviation_no::TEXT AS deviation_no,  /* Record number */
  deviation.site_code::TEXT AS site_code,  /* Plant: A or B */
  deviation.opened_at::TIMESTAMPTZ AS opened_at,  /* Opened */
  deviation.severity_code::TEXT AS severity_code,  /* critical, major or minor */
  deviation.order_no::TEXT AS order_no,  /* Production order concerned */
  deviation.closed_at::TIMESTAMPTZ AS closed_at,  /* Closed; NULL while open */
  'qms'::TEXT AS source_system,  /* System the row came from */
  deviation._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  deviation._row::BIGINT AS _row  /* Record number in the file */
FROM stg.qms__deviation AS deviation
