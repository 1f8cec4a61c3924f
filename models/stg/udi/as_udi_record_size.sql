MODEL (
  name stg.udi__as_udi_record_size,
  kind EMBEDDED,
  owner regulatory_affairs,
  grain (record_id, size_type_name, size_value),
  description 'Clinical sizes of the records the company declares.',
  tags (stg, udi)
);

SELECT
  'declared:' || declared_size.primary_di::TEXT AS record_id,  /* Record the row belongs to */
  'declared'::TEXT AS register_code,  /* declared or published */
  declared_size.size_type_name::TEXT AS size_type_name,  /* What is measured */
  declared_size.size_value::TEXT AS size_value,  /* Value as written */
  declared_size.size_unit_name::TEXT AS size_unit_name,  /* Unit as written */
  'udi'::TEXT AS source_system,  /* System the row came from */
  declared_size._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  declared_size._row::BIGINT AS _row  /* Record number in the file */
FROM stg.udi__declared_size AS declared_size
