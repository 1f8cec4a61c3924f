MODEL (
  name core.udi_record_size,
  kind FULL,
  owner regulatory,
  grain (record_id, size_type_name, size_value, size_unit_name),
  description 'Clinical sizes of device records.',
  tags (core),
  audits (not_null(columns := (record_id)), unique_combination_of_columns(columns := (record_id, size_type_name, size_value, size_unit_name)))
);

SELECT
  record_id::TEXT AS record_id,  /* Record the row belongs to */
  register_code::TEXT AS register_code,  /* declared or published */
  size_type_name::TEXT AS size_type_name,  /* What is measured */
  size_value::TEXT AS size_value,  /* Value as written */
  size_unit_name::TEXT AS size_unit_name,  /* Unit as written */
  source_system::TEXT AS source_system,  /* System the row came from */
  _source_table::TEXT AS _source_table,  /* Contract of the source row */
  _file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  _row::BIGINT AS _row  /* Record number in the file */
FROM @entity(@as_udi_record_size) AS mapped
QUALIFY
  @is_survivor(record_id, size_type_name, size_value, size_unit_name)
