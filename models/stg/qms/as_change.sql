MODEL (
  name stg.qms__as_change,
  kind EMBEDDED,
  owner quality_management,
  grain (change_no),
  description 'Change records in their latest state.',
  tags (stg, qms)
);

SELECT
  change_record.change_no::TEXT AS change_no,  /* Record number */
  change_record.site_code::TEXT AS site_code,  /* Plant: A or B */
  change_record.opened_date::DATE AS opened_date,  /* Day it was opened */
  change_record.subject_name::TEXT AS subject_name,  /* Subject of the change */
  change_record.approved_date::DATE AS approved_date,  /* Day of approval; NULL before */
  change_record.effective_date::DATE AS effective_date,  /* Day it takes effect; NULL before */
  'qms'::TEXT AS source_system,  /* System the row came from */
  change_record._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  change_record._row::BIGINT AS _row  /* Record number in the file */
FROM stg.qms__change AS change_record
