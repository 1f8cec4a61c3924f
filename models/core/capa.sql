MODEL (
  name core.capa,
  kind FULL,
  owner quality,
  grain (capa_no),
  description 'Corrective and preventive actions, last known state.',
  tags (core),
  audits (not_null(columns := (capa_no)), unique_values(columns := (capa_no)))
);

WITH cleaned AS (
  SELECT
    @text(capa_no) AS capa_no,
    site_code,
    opened_date,
    original_due_date,
    due_date,
    closed_date,
    root_cause_name,
    effectiveness_due_date,
    effectiveness_code,
    source_system,
    _source_table,
    _file_sha256,
    _row
  FROM @entity(@as_capa) AS mapped
)
SELECT
  capa_no::TEXT AS capa_no,  /* CAPA number */
  site_code::TEXT AS site_code,  /* Plant: A, B, C; G for public registers */
  opened_date::DATE AS opened_date,  /* Day it was opened */
  original_due_date::DATE AS original_due_date,  /* First due date */
  due_date::DATE AS due_date,  /* Day the goods (or the action) are due */
  closed_date::DATE AS closed_date,  /* Day it was closed, NULL while open */
  root_cause_name::TEXT AS root_cause_name,  /* Root cause in words */
  effectiveness_due_date::DATE AS effectiveness_due_date,  /* Effectiveness check falls due */
  effectiveness_code::TEXT AS effectiveness_code,  /* effective, ineffective or NULL */
  source_system::TEXT AS source_system,  /* System the row came from */
  _source_table::TEXT AS _source_table,  /* Contract of the source row */
  _file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  _row::BIGINT AS _row  /* Record number in the file */
FROM cleaned
QUALIFY
  @is_survivor(capa_no)
