MODEL (
  name stg.sap_a__as_customer_version,
  kind EMBEDDED,
  owner plant_a_erp,
  grain (_file_sha256, _row),
  description 'Every delivered state of the customers of plant A.',
  tags (stg, sap_a)
);

SELECT
  customer.customer_code::TEXT AS customer_code,  /* Customer number without padding */
  'A'::TEXT AS site_code,  /* Plant A */
  customer.customer_name::TEXT AS customer_name,  /* Customer name as written */
  customer.uscc::TEXT AS uscc,  /* Unified social credit code, check character not guaranteed */
  NULL::TEXT AS tax_id,  /* The extract has no tax number of its own */
  customer.country_code::TEXT AS country_code,  /* ISO 3166-1 alpha-2 */
  customer.city_name::TEXT AS city_name,  /* City */
  NULL::TEXT AS address_name,  /* The extract has no street address */
  NULL::TEXT AS phone_no,  /* The extract has no telephone number */
  customer._extracted_on::TEXT AS extracted_on,  /* Day of the extract, yyyymmdd; empty when its file has none */
  (customer._status = 'good')::BOOLEAN AS is_current,  /* The state that counts now */
  'sap_a'::TEXT AS source_system,  /* System the row came from */
  customer._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  customer._row::BIGINT AS _row  /* Record number in the file */
FROM typed.sap_a__kna1 AS customer
WHERE
  customer._status IN ('good', 'merged')
