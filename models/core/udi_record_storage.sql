MODEL (
  name core.udi_record_storage,
  kind FULL,
  owner regulatory,
  grain (record_id, condition_name, range_min, range_max, range_unit_name),
  description 'Conditions of storage and handling of device records.',
  tags (core),
  audits (not_null(columns := (record_id)), unique_combination_of_columns(columns := (record_id, condition_name, range_min, range_max, range_unit_name)))
);

SELECT
  record_id::TEXT AS record_id,  /* Record the row belongs to */
  register_code::TEXT AS register_code,  /* declared or published */
  condition_name::TEXT AS condition_name,  /* Condition of storage or handling */
  range_min::DECIMAL(18, 3) AS range_min,  /* Lowest value, in the unit */
  range_max::DECIMAL(18, 3) AS range_max,  /* Highest value, in the unit */
  range_unit_name::TEXT AS range_unit_name,  /* Unit as written */
  source_system::TEXT AS source_system,  /* System the row came from */
  _source_table::TEXT AS _source_table,  /* Contract of the source row */
  _file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  _row::BIGINT AS _row  /* Record number in the file */
FROM @entity(@as_udi_record_storage) AS mapped
QUALIFY
  @is_survivor(record_id, condition_name, range_min, range_max, range_unit_name)
