MODEL (
  name stg.udi__as_us_device_identifier,
  kind EMBEDDED,
  owner regulatory_affairs,
  grain (record_id, di, level_code),
  description 'Primary identifiers of devices listed in the US.',
  tags (stg, udi)
);

SELECT
  ('declared:' || declaration.primary_di)::TEXT AS record_id,  /* Record the row belongs to */
  'declared'::TEXT AS register_code,  /* declared or published */
  declaration.primary_di::TEXT AS di,  /* Identifier */
  'primary'::TEXT AS level_code,  /* primary, package, unit_of_use, direct_mark or secondary */
  declaration.issuing_agency_code::TEXT AS issuing_agency_code,  /* GS1, HIBCC or ICCBBA */
  NULL::TEXT AS contains_di,  /* Identifier of the next lower package */
  NULL::BIGINT AS contains_qty,  /* How many of it the package holds */
  NULL::DATE AS discontinued_date,  /* Day on which the package was discontinued */
  NULL::TEXT AS status_code,  /* active or withdrawn; empty unless a package */
  NULL::TEXT AS package_type_name,  /* Type of the package */
  'udi'::TEXT AS source_system,  /* System the row came from */
  declaration._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  declaration._row::BIGINT AS _row  /* Record number in the file */
FROM stg.udi__declaration AS declaration
INNER JOIN stg.udi__us_listing AS listing
  ON listing.primary_di = declaration.primary_di
