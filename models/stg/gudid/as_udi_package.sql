MODEL (
  name stg.gudid__as_udi_package,
  kind EMBEDDED,
  owner regulatory_affairs,
  grain (parent_di, child_di),
  description 'Packaging levels of the US register.',
  tags (stg, gudid)
);

SELECT
  identifier.di::TEXT AS parent_di,  /* DI of the package */
  identifier.contains_di::TEXT AS child_di,  /* DI of the next lower level */
  identifier.contains_qty::BIGINT AS child_qty,  /* How many of it the package holds */
  'gudid'::TEXT AS source_system,  /* System the row came from */
  identifier._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  identifier._row::BIGINT AS _row  /* Record number in the file */
FROM stg.gudid__identifier AS identifier
WHERE
  identifier.level_code = 'package' AND NOT identifier.contains_di IS NULL
