MODEL (
  name stg.udi__as_udi_package,
  kind EMBEDDED,
  owner regulatory_affairs,
  grain (parent_di, child_di),
  description 'What a package identifier directly holds.',
  tags (stg, udi)
);

SELECT
  package.parent_di::TEXT AS parent_di,  /* Device identifier of the outer package */
  package.child_di::TEXT AS child_di,  /* Device identifier directly inside */
  package.child_qty::BIGINT AS child_qty,  /* Number of inner units in one outer package */
  'udi'::TEXT AS source_system,  /* System the row came from */
  package._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  package._row::BIGINT AS _row  /* Record number in the file */
FROM stg.udi__package AS package
