MODEL (
  name mart.consistency_compared,
  kind FULL,
  owner data_platform,
  grain (topic_code, field_code, key_text),
  description 'Every statement that two systems make, or should make, about the same thing, side by side.',
  tags (mart, consistency),
  audits (not_null(columns := (topic_code, field_code, key_text, is_equal)), unique_combination_of_columns(columns := (topic_code, field_code, key_text)))
);

WITH spoken AS (
  SELECT 'ERP' AS system_code, * FROM mart.consistency_erp
  UNION ALL SELECT 'MES', * FROM mart.consistency_mes
  UNION ALL SELECT 'QMS', * FROM mart.consistency_qms
), pair AS (
  SELECT * FROM (VALUES
    ('order', 'ERP', 'MES'), ('component', 'ERP', 'MES'), ('nonconformity', 'ERP', 'QMS'), ('complaint', 'ERP', 'QMS'),
    ('made_lot', 'MES', 'QMS'), ('deviation', 'MES', 'QMS')
  ) AS listed(topic_code, first_system, second_system)
), place AS (
  /* A plant without one of the two systems is not compared. */
  SELECT DISTINCT system_code, site_code FROM spoken
), first_said AS (
  SELECT spoken.*, pair.second_system
  FROM spoken
  INNER JOIN pair ON pair.topic_code = spoken.topic_code AND pair.first_system = spoken.system_code
  INNER JOIN place ON place.system_code = pair.second_system AND place.site_code = spoken.site_code
), second_said AS (
  SELECT spoken.*, pair.first_system
  FROM spoken
  INNER JOIN pair ON pair.topic_code = spoken.topic_code AND pair.second_system = spoken.system_code
  INNER JOIN place ON place.system_code = pair.first_system AND place.site_code = spoken.site_code
)
SELECT
  COALESCE(one.topic_code, other.topic_code)::TEXT AS topic_code,  /* What is spoken of: order, component, nonconformity, complaint, made_lot or deviation */
  COALESCE(one.field_code, other.field_code)::TEXT AS field_code,  /* What is said about it: product, lot, quantity, ... */
  COALESCE(one.system_code, other.first_system)::TEXT AS first_system_code,  /* ERP or MES */
  COALESCE(other.system_code, one.second_system)::TEXT AS second_system_code,  /* MES or QMS */
  COALESCE(one.key_text, other.key_text)::TEXT AS key_text,  /* Key under which the systems meet */
  COALESCE(one.site_code, other.site_code)::TEXT AS site_code,  /* Plant: A, B, C; G for public registers */
  one.value_text::TEXT AS first_value,  /* What the first system says; NULL when it says nothing */
  other.value_text::TEXT AS second_value,  /* What the second system says; NULL when it says nothing */
  COALESCE(one.value_text = other.value_text, FALSE)::BOOLEAN AS is_equal,  /* Both say the same */
  one._source_table::TEXT AS first_source_table,  /* Contract of the record of the first system */
  one._file_sha256::TEXT AS first_file_sha256,  /* File of that record */
  one._row::BIGINT AS first_row_no,  /* Record number in the file */
  other._source_table::TEXT AS second_source_table,  /* Contract of the record of the second system */
  other._file_sha256::TEXT AS second_file_sha256,  /* File of that record */
  other._row::BIGINT AS second_row_no  /* Record number in the file */
FROM first_said AS one
FULL JOIN second_said AS other
  ON other.topic_code = one.topic_code AND other.field_code = one.field_code AND other.key_text = one.key_text
