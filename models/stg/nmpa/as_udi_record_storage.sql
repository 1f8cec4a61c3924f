MODEL (
  name stg.nmpa__as_udi_record_storage,
  kind EMBEDDED,
  owner regulatory_affairs,
  grain (record_id, condition_name),
  description 'Storage conditions of published records, of the newest version only.',
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
  'published:' || storage.record_key::TEXT AS record_id,  /* Record the row belongs to */
  'published'::TEXT AS register_code,  /* declared or published */
  storage.condition_name::TEXT AS condition_name,  /* Condition of storage or handling */
  storage.range_min::DECIMAL(18, 3) AS range_min,  /* Lowest value, in the unit */
  storage.range_max::DECIMAL(18, 3) AS range_max,  /* Highest value, in the unit */
  storage.range_unit_name::TEXT AS range_unit_name,  /* Unit as written */
  'nmpa'::TEXT AS source_system,  /* System the row came from */
  storage._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  storage._row::BIGINT AS _row  /* Record number in the file */
FROM stg.nmpa__storage AS storage
INNER JOIN newest_device
  ON storage.record_key = newest_device.record_key
  AND storage.version_no IS NOT DISTINCT FROM newest_device.version_no
  AND storage.correction_no IS NOT DISTINCT FROM newest_device.correction_no
