MODEL (
  name core.udi_record_package,
  kind FULL,
  owner regulatory,
  grain (record_id, package_di, contains_di),
  description 'Package levels of device records: which package holds how many of what.',
  tags (core),
  audits (not_null(columns := (record_id)), unique_combination_of_columns(columns := (record_id, package_di, contains_di)))
);

SELECT
  record_id::TEXT AS record_id,  /* Record the row belongs to */
  register_code::TEXT AS register_code,  /* declared or published */
  package_di::TEXT AS package_di,  /* DI of the package */
  level_name::TEXT AS level_name,  /* Level as written, such as box */
  contains_di::TEXT AS contains_di,  /* DI of the next lower level */
  contains_qty::BIGINT AS contains_qty,  /* How many of it the package holds */
  source_system::TEXT AS source_system,  /* System the row came from */
  _source_table::TEXT AS _source_table,  /* Contract of the source row */
  _file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  _row::BIGINT AS _row  /* Record number in the file */
FROM @entity(@as_udi_record_package) AS mapped
QUALIFY
  @is_survivor(record_id, package_di, contains_di)
