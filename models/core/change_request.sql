MODEL (
  name core.change_request,
  kind FULL,
  owner quality,
  grain (change_no),
  description 'Changes, last known state.',
  tags (core),
  audits (not_null(columns := (change_no)), unique_values(columns := (change_no)))
);

WITH cleaned AS (
  SELECT
    @text(change_no) AS change_no,
    site_code,
    opened_date,
    subject_name,
    approved_date,
    effective_date,
    source_system,
    _source_table,
    _file_sha256,
    _row
  FROM @entity(@as_change) AS mapped
)
SELECT
  change_no::TEXT AS change_no,  /* Change number */
  site_code::TEXT AS site_code,  /* Plant: A, B, C; G for public registers */
  opened_date::DATE AS opened_date,  /* Day it was opened */
  subject_name::TEXT AS subject_name,  /* What is changed */
  approved_date::DATE AS approved_date,  /* Day of approval */
  effective_date::DATE AS effective_date,  /* Day the change takes effect */
  source_system::TEXT AS source_system,  /* System the row came from */
  _source_table::TEXT AS _source_table,  /* Contract of the source row */
  _file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  _row::BIGINT AS _row  /* Record number in the file */
FROM cleaned
QUALIFY
  @is_survivor(change_no)
