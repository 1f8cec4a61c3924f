MODEL (
  name stg.udi__as_us_device_identifier__package,
  kind EMBEDDED,
  owner regulatory_affairs,
  grain (record_id, di, level_code),
  description 'Packages of devices listed in the US; those of a device withdrawn at home are withdrawn.',
  tags (stg, udi)
);

SELECT
  ('declared:' || declared_package.primary_di)::TEXT AS record_id,  /* Record the row belongs to */
  'declared'::TEXT AS register_code,  /* declared or published */
  declared_package.package_di::TEXT AS di,  /* Identifier */
  'package'::TEXT AS level_code,  /* primary, package, unit_of_use, direct_mark or secondary */
  declaration.issuing_agency_code::TEXT AS issuing_agency_code,  /* GS1, HIBCC or ICCBBA */
  declared_package.contains_di::TEXT AS contains_di,  /* Identifier of the next lower package */
  declared_package.contains_qty::BIGINT AS contains_qty,  /* How many of it the package holds */
  NULL::DATE AS discontinued_date,  /* Day on which the package was discontinued */
  (CASE WHEN declaration.withdrawn_date IS NULL THEN 'active' ELSE 'withdrawn' END)::TEXT AS status_code,  /* active or withdrawn; empty unless a package */
  NULL::TEXT AS package_type_name,  /* Type of the package */
  'udi'::TEXT AS source_system,  /* System the row came from */
  declared_package._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  declared_package._row::BIGINT AS _row  /* Record number in the file */
FROM stg.udi__declared_package AS declared_package
INNER JOIN stg.udi__us_listing AS listing
  ON listing.primary_di = declared_package.primary_di
LEFT JOIN stg.udi__declaration AS declaration
  ON declaration.primary_di = declared_package.primary_di
