MODEL (
  name stg.nmpa__as_udi_record_package,
  kind EMBEDDED,
  owner regulatory_affairs,
  grain (record_id, package_di),
  description 'Package levels of published records, of the newest version only.',
  tags (stg, nmpa)
);

WITH newest_device AS (
  SELECT
    record_key, version_no, correction_no
  FROM stg.nmpa__device
  QUALIFY
    ROW_NUMBER() OVER (PARTITION BY record_key ORDER BY version_no DESC NULLS LAST, correction_no DESC NULLS LAST) = 1
)
SELECT
  'published:' || package.record_key::TEXT AS record_id,  /* Record the row belongs to */
  'published'::TEXT AS register_code,  /* declared or published */
  package.package_di::TEXT AS package_di,  /* DI of the package */
  package.level_name::TEXT AS level_name,  /* Level as written, such as box */
  package.contains_di::TEXT AS contains_di,  /* DI of the next lower level */
  package.contains_qty::BIGINT AS contains_qty,  /* How many of it the package holds */
  'nmpa'::TEXT AS source_system,  /* System the row came from */
  package._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  package._row::BIGINT AS _row  /* Record number in the file */
FROM stg.nmpa__package AS package
INNER JOIN newest_device
  ON package.record_key = newest_device.record_key
  AND package.version_no IS NOT DISTINCT FROM newest_device.version_no
  AND package.correction_no IS NOT DISTINCT FROM newest_device.correction_no
