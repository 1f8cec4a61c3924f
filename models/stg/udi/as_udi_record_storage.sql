MODEL (
  name stg.udi__as_udi_record_storage,
  kind EMBEDDED,
  owner regulatory_affairs,
  grain (record_id, condition_name),
  description 'Storage conditions of the records the company declares.',
  tags (stg, udi)
);

SELECT
  'declared:' || declared_storage.primary_di::TEXT AS record_id,  /* Record the row belongs to */
  'declared'::TEXT AS register_code,  /* declared or published */
  declared_storage.condition_name::TEXT AS condition_name,  /* Condition of storage or handling */
  declared_storage.range_min::DECIMAL(18, 3) AS range_min,  /* Lowest value, in the unit */
  declared_storage.range_max::DECIMAL(18, 3) AS range_max,  /* Highest value, in the unit */
  declared_storage.range_unit_name::TEXT AS range_unit_name,  /* Unit as written */
  'udi'::TEXT AS source_system,  /* System the row came from */
  declared_storage._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  declared_storage._row::BIGINT AS _row  /* Record number in the file */
FROM stg.udi__declared_storage AS declared_storage
