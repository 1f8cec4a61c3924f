MODEL (
  name mart.consistency_difference,
  kind FULL,
  owner data_platform,
  grain (topic_code, field_code, key_text),
  description 'Statements on which two systems differ, with the records behind both sides.',
  tags (mart, consistency),
  audits (not_null(columns := (topic_code, field_code, key_text)), unique_combination_of_columns(columns := (topic_code, field_code, key_text)))
);

WITH file AS (
  SELECT source_table, file_sha256, MAX(file_name) AS file_name
  FROM stg.medlake__load
  GROUP BY source_table, file_sha256
)
SELECT
  compared.topic_code::TEXT AS topic_code,  /* What is spoken of: order, component, nonconformity, complaint, made_lot or deviation */
  compared.field_code::TEXT AS field_code,  /* What is said about it: product, lot, quantity, ... */
  compared.key_text::TEXT AS key_text,  /* Key under which the systems meet */
  compared.site_code::TEXT AS site_code,  /* Plant: A, B, C; G for public registers */
  compared.first_system_code::TEXT AS first_system_code,  /* ERP or MES */
  compared.first_value::TEXT AS first_value,  /* What the first system says; NULL when it says nothing */
  compared.second_system_code::TEXT AS second_system_code,  /* MES or QMS */
  compared.second_value::TEXT AS second_value,  /* What the second system says; NULL when it says nothing */
  compared.first_source_table::TEXT AS first_source_table,  /* Contract of the record of the first system */
  one.file_name::TEXT AS first_file_name,  /* Landing file of that record */
  compared.first_file_sha256::TEXT AS first_file_sha256,  /* SHA-256 of that file */
  compared.first_row_no::BIGINT AS first_row_no,  /* Record number in the file */
  compared.second_source_table::TEXT AS second_source_table,  /* Contract of the record of the second system */
  other.file_name::TEXT AS second_file_name,  /* Landing file of that record */
  compared.second_file_sha256::TEXT AS second_file_sha256,  /* SHA-256 of that file */
  compared.second_row_no::BIGINT AS second_row_no  /* Record number in the file */
FROM mart.consistency_compared AS compared
LEFT JOIN file AS one
  ON one.source_table = compared.first_source_table AND one.file_sha256 = compared.first_file_sha256
LEFT JOIN file AS other
  ON other.source_table = compared.second_source_table AND other.file_sha256 = compared.second_file_sha256
WHERE
  NOT compared.is_equal
