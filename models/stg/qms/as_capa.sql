MODEL (
  name stg.qms__as_capa,
  kind EMBEDDED,
  owner quality_management,
  grain (capa_no),
  description 'Corrective and preventive actions in their latest state.',
  tags (stg, qms)
);

SELECT
  capa.capa_no::TEXT AS capa_no,  /* Record number */
  capa.site_code::TEXT AS site_code,  /* Plant: A or B */
  capa.opened_date::DATE AS opened_date,  /* Day it was opened */
  capa.original_due_date::DATE AS original_due_date,  /* Due day set at opening */
  capa.due_date::DATE AS due_date,  /* Approved due day, after extensions */
  capa.closed_date::DATE AS closed_date,  /* Day it was closed; NULL while open */
  capa.root_cause_name::TEXT AS root_cause_name,  /* Root cause in words */
  capa.effectiveness_due_date::DATE AS effectiveness_due_date,  /* Day the effectiveness check is due */
  capa.effectiveness_code::TEXT AS effectiveness_code,  /* effective or ineffective; NULL before the check */
  'qms'::TEXT AS source_system,  /* System the row came from */
  capa._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  capa._row::BIGINT AS _row  /* Record number in the file */
FROM stg.qms__capa AS capa
