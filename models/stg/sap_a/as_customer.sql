MODEL (
  name stg.sap_a__as_customer,
  kind EMBEDDED,
  owner plant_a_erp,
  grain (customer_code),
  description 'Customers of plant A.',
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
  'sap_a'::TEXT AS source_system,  /* System the row came from */
  customer._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  customer._row::BIGINT AS _row  /* Record number in the file */
FROM stg.sap_a__kna1 AS customer
