MODEL (
  name core.us_device_identifier,
  kind FULL,
  owner regulatory,
  grain (record_id, di, level_code),
  description 'Identifiers of US device records at every level, packages with what they hold.',
  tags (core),
  audits (not_null(columns := (record_id, di)), unique_combination_of_columns(columns := (record_id, di, level_code)))
);

SELECT
  record_id::TEXT AS record_id,  /* Record the row belongs to */
  register_code::TEXT AS register_code,  /* declared or published */
  di::TEXT AS di,  /* Identifier */
  level_code::TEXT AS level_code,  /* primary, package, unit_of_use, direct_mark or secondary */
  issuing_agency_code::TEXT AS issuing_agency_code,  /* GS1, HIBCC or ICCBBA */
  contains_di::TEXT AS contains_di,  /* Identifier of the next lower package */
  contains_qty::BIGINT AS contains_qty,  /* How many of it the package holds */
  discontinued_date::DATE AS discontinued_date,  /* Day on which the package was discontinued */
  status_code::TEXT AS status_code,  /* active or withdrawn; empty unless a package */
  package_type_name::TEXT AS package_type_name,  /* Type of the package */
  source_system::TEXT AS source_system,  /* System the row came from */
  _source_table::TEXT AS _source_table,  /* Contract of the source row */
  _file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  _row::BIGINT AS _row  /* Record number in the file */
FROM @entity(@as_us_device_identifier) AS mapped
QUALIFY
  @is_survivor(record_id, di, level_code)
