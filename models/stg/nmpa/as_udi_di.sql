MODEL (
  name stg.nmpa__as_udi_di,
  kind EMBEDDED,
  owner regulatory_affairs,
  grain (di),
  description 'Primary identifiers of the Chinese register, in the newest version of their record.',
  tags (stg, nmpa)
);

SELECT
  device.primary_di::TEXT AS di,  /* Device identifier (UDI-DI) of the minimum sales unit */
  device.issuing_agency_code::TEXT AS issuing_agency_code,  /* GS1, MA or AHM */
  'primary'::TEXT AS level_code,  /* The minimum sales unit */
  ('nmpa:' || device.primary_di)::TEXT AS product_id,  /* Product key 'nmpa:<primary DI>' */
  device.primary_di::TEXT AS product_code,  /* Primary DI */
  'G'::TEXT AS site_code,  /* G: public register, no plant */
  device.product_name::TEXT AS product_name,  /* Generic name */
  device.registration_no::TEXT AS registration_no,  /* Certificate numbers, several joined by a comma */
  NULL::TEXT AS risk_class_code,  /* The public record carries no risk class */
  device.published_date::DATE AS valid_from_date,  /* Day the DI was published */
  (CASE WHEN device.withdrawn_date IS NULL THEN 'active' ELSE 'withdrawn' END)::TEXT AS status_code,  /* withdrawn once a day of leaving the market is stated */
  'nmpa'::TEXT AS source_system,  /* System the row came from */
  device._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  device._row::BIGINT AS _row  /* Record number in the file */
FROM stg.nmpa__device AS device
WHERE
  NOT device.primary_di IS NULL
QUALIFY
  ROW_NUMBER() OVER (PARTITION BY device.record_key ORDER BY device.version_no DESC NULLS LAST, device.correction_no DESC NULLS LAST) = 1
