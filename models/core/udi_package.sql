MODEL (
  name core.udi_package,
  kind FULL,
  owner regulatory,
  grain (parent_di, child_di),
  description 'Which DI packs how many of which DI.',
  tags (core),
  audits (not_null(columns := (parent_di, child_di)), unique_combination_of_columns(columns := (parent_di, child_di)))
);

SELECT
  parent_di::TEXT AS parent_di,  /* DI of the package */
  child_di::TEXT AS child_di,  /* DI of what the package holds */
  child_qty::BIGINT AS child_qty,  /* How many child units it holds */
  source_system::TEXT AS source_system,  /* System the row came from */
  _source_table::TEXT AS _source_table,  /* Contract of the source row */
  _file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  _row::BIGINT AS _row  /* Record number in the file */
FROM @entity(@as_udi_package) AS mapped
QUALIFY
  /* What the company says of its own identifiers, before what a public register repeats. */
  ROW_NUMBER() OVER (
    PARTITION BY parent_di, child_di ORDER BY source_system <> 'udi', source_system, _file_sha256 DESC, _row DESC
  ) = 1
