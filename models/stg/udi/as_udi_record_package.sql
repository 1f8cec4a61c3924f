MODEL (
  name stg.udi__as_udi_record_package,
  kind EMBEDDED,
  owner regulatory_affairs,
  grain (record_id, package_di),
  description 'Package levels of the records the company declares.',
  tags (stg, udi)
);

SELECT
  'declared:' || declared_package.primary_di::TEXT AS record_id,  /* Record the row belongs to */
  'declared'::TEXT AS register_code,  /* declared or published */
  declared_package.package_di::TEXT AS package_di,  /* DI of the package */
  declared_package.level_name::TEXT AS level_name,  /* Level as written, such as box */
  declared_package.contains_di::TEXT AS contains_di,  /* DI of the next lower level */
  declared_package.contains_qty::BIGINT AS contains_qty,  /* How many of it the package holds */
  'udi'::TEXT AS source_system,  /* System the row came from */
  declared_package._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  declared_package._row::BIGINT AS _row  /* Record number in the file */
FROM stg.udi__declared_package AS declared_package
