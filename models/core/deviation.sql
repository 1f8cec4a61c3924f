MODEL (
  name core.deviation,
  kind FULL,
  owner quality,
  grain (deviation_no),
  description 'Deviations, last known state.',
  tags (core),
  audits (not_null(columns := (deviation_no)), unique_values(columns := (deviation_no)))
);

WITH cleaned AS (
  SELECT
    @text(deviation_no) AS deviation_no,
    site_code,
    opened_at,
    severity_code,
    @text(order_no) AS order_no,
    @order_id(site_code, order_no) AS order_id,
    closed_at,
    source_system,
    _source_table,
    _file_sha256,
    _row
  FROM @entity(@as_deviation) AS mapped
)
SELECT
  deviation_no::TEXT AS deviation_no,  /* Deviation number */
  site_code::TEXT AS site_code,  /* Plant: A, B, C; G for public registers */
  opened_at::TIMESTAMPTZ AS opened_at,  /* Opened, UTC */
  severity_code::TEXT AS severity_code,  /* critical, major or minor */
  order_no::TEXT AS order_no,  /* Production order number */
  order_id::TEXT AS order_id,  /* Order key '<site>:<order_no>' */
  closed_at::TIMESTAMPTZ AS closed_at,  /* Closed, UTC */
  source_system::TEXT AS source_system,  /* System the row came from */
  _source_table::TEXT AS _source_table,  /* Contract of the source row */
  _file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  _row::BIGINT AS _row  /* Record number in the file */
FROM cleaned
QUALIFY
  @is_survivor(deviation_no)
