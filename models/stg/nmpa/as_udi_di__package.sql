MODEL (
  name stg.nmpa__as_udi_di__package,
  kind EMBEDDED,
  owner regulatory_affairs,
  grain (di),
  description 'Package identifiers of the Chinese register, of the newest version of their device record.',
  tags (stg, nmpa)
);

WITH newest_device AS (
  SELECT
    record_key, version_no, correction_no, primary_di, issuing_agency_code, product_name, registration_no, published_date, withdrawn_date
  FROM stg.nmpa__device
  QUALIFY
    ROW_NUMBER() OVER (PARTITION BY record_key ORDER BY version_no DESC NULLS LAST, correction_no DESC NULLS LAST) = 1
)
SELECT
  package.package_di::TEXT AS di,  /* Device identifier (UDI-DI) of the package */
  newest_device.issuing_agency_code::TEXT AS issuing_agency_code,  /* GS1, MA or AHM */
  'package'::TEXT AS level_code,  /* A package of sales units or of packages */
  ('nmpa:' || newest_device.primary_di)::TEXT AS product_id,  /* Product key 'nmpa:<primary DI>' */
  newest_device.primary_di::TEXT AS product_code,  /* Primary DI */
  'G'::TEXT AS site_code,  /* G: public register, no plant */
  newest_device.product_name::TEXT AS product_name,  /* Generic name */
  newest_device.registration_no::TEXT AS registration_no,  /* Certificate numbers, several joined by a comma */
  NULL::TEXT AS risk_class_code,  /* The public record carries no risk class */
  newest_device.published_date::DATE AS valid_from_date,  /* Day the primary DI was published */
  (CASE WHEN newest_device.withdrawn_date IS NULL THEN 'active' ELSE 'withdrawn' END)::TEXT AS status_code,  /* Status of the device */
  'nmpa'::TEXT AS source_system,  /* System the row came from */
  package._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  package._row::BIGINT AS _row  /* Record number in the file */
FROM stg.nmpa__package AS package
INNER JOIN newest_device
  ON package.record_key = newest_device.record_key
  AND package.version_no IS NOT DISTINCT FROM newest_device.version_no
  AND package.correction_no IS NOT DISTINCT FROM newest_device.correction_no
