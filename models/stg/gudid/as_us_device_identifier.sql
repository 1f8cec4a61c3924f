MODEL (
  name stg.gudid__as_us_device_identifier,
  kind EMBEDDED,
  owner regulatory_affairs,
  grain (record_id, di, level_code),
  description 'Identifiers of the US register at every level, as published.',
  tags (stg, gudid)
);

SELECT
  ('published:' || identifier.primary_di)::TEXT AS record_id,  /* Record the row belongs to */
  'published'::TEXT AS register_code,  /* declared or published */
  identifier.di::TEXT AS di,  /* Identifier */
  identifier.level_code::TEXT AS level_code,  /* primary, package, unit_of_use, direct_mark or secondary */
  identifier.issuing_agency_code::TEXT AS issuing_agency_code,  /* GS1, HIBCC or ICCBBA */
  identifier.contains_di::TEXT AS contains_di,  /* Identifier of the next lower package */
  identifier.contains_qty::BIGINT AS contains_qty,  /* How many of it the package holds */
  identifier.discontinued_date::DATE AS discontinued_date,  /* Day on which the package was discontinued */
  identifier.status_code::TEXT AS status_code,  /* active or withdrawn; empty unless a package */
  identifier.package_type_name::TEXT AS package_type_name,  /* Type of the package */
  'gudid'::TEXT AS source_system,  /* System the row came from */
  identifier._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  identifier._row::BIGINT AS _row  /* Record number in the file */
FROM stg.gudid__identifier AS identifier
