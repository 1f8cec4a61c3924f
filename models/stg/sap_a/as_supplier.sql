MODEL (
  name stg.sap_a__as_supplier,
  kind EMBEDDED,
  owner plant_a_erp,
  grain (supplier_code),
  description 'Suppliers of plant A.',
  tags (stg, sap_a)
);

SELECT
  vendor.supplier_code::TEXT AS supplier_code,  /* Supplier number without padding */
  'A'::TEXT AS site_code,  /* Plant A */
  vendor.supplier_name::TEXT AS supplier_name,  /* Supplier name as written */
  vendor.uscc::TEXT AS uscc,  /* Unified social credit code, check character not guaranteed */
  NULL::TEXT AS tax_id,  /* The extract has no tax number of its own */
  vendor.country_code::TEXT AS country_code,  /* ISO 3166-1 alpha-2 */
  vendor.city_name::TEXT AS city_name,  /* City */
  NULL::TEXT AS address_name,  /* The extract has no street address */
  NULL::TEXT AS phone_no,  /* The extract has no telephone number */
  COALESCE(vendor.is_blocked, FALSE)::BOOLEAN AS is_blocked,  /* Blocked for purchasing; an empty flag means no */
  'sap_a'::TEXT AS source_system,  /* System the row came from */
  vendor._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  vendor._row::BIGINT AS _row  /* Record number in the file */
FROM stg.sap_a__lfa1 AS vendor
