MODEL (
  name stg.nmpa__as_udi_record_size,
  kind EMBEDDED,
  owner regulatory_affairs,
  grain (record_id, size_type_name, size_value),
  description 'Clinical sizes of published records, of the newest version only.',
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
  'published:' || clinical.record_key::TEXT AS record_id,  /* Record the row belongs to */
  'published'::TEXT AS register_code,  /* declared or published */
  clinical.size_type_name::TEXT AS size_type_name,  /* What is measured */
  clinical.size_value::TEXT AS size_value,  /* Value as written */
  clinical.size_unit_name::TEXT AS size_unit_name,  /* Unit as written */
  'nmpa'::TEXT AS source_system,  /* System the row came from */
  clinical._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  clinical._row::BIGINT AS _row  /* Record number in the file */
FROM stg.nmpa__clinical AS clinical
INNER JOIN newest_device
  ON clinical.record_key = newest_device.record_key
  AND clinical.version_no IS NOT DISTINCT FROM newest_device.version_no
  AND clinical.correction_no IS NOT DISTINCT FROM newest_device.correction_no
