MODEL (
  name stg.adventureworks__as_supplier_version,
  kind EMBEDDED,
  owner plant_c_erp,
  grain (_file_sha256, _row),
  description 'Every delivered state of the vendors of plant C with their first address.',
  tags (stg, adventureworks)
);

WITH first_address AS (
  SELECT
    business_entity_id,
    address_id,
    ROW_NUMBER() OVER (PARTITION BY business_entity_id ORDER BY address_type_id, address_id) AS position_no
  FROM stg.adventureworks__business_entity_address
)
SELECT
  vendor.supplier_code::TEXT AS supplier_code,  /* Vendor account number */
  'C'::TEXT AS site_code,  /* Plant C */
  vendor.supplier_name::TEXT AS supplier_name,  /* Company name */
  NULL::TEXT AS uscc,  /* No Chinese credit code */
  NULL::TEXT AS tax_id,  /* The extract has no tax number of its own */
  state.country_code::TEXT AS country_code,  /* ISO 3166-1 alpha-2 */
  address.city_name::TEXT AS city_name,  /* City */
  NULL::TEXT AS address_name,  /* The extract has no street address */
  NULL::TEXT AS phone_no,  /* The extract has no telephone number */
  (NOT vendor.is_active)::BOOLEAN AS is_blocked,  /* No longer used */
  vendor._extracted_on::TEXT AS extracted_on,  /* Day of the extract, yyyymmdd; empty when its file has none */
  (vendor._status = 'good')::BOOLEAN AS is_current,  /* The state that counts now */
  'adventureworks'::TEXT AS source_system,  /* System the row came from */
  vendor._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  vendor._row::BIGINT AS _row  /* Record number in the file */
FROM typed.adventureworks__vendor AS vendor
LEFT JOIN first_address
  ON first_address.business_entity_id = vendor.vendor_id AND first_address.position_no = 1
LEFT JOIN stg.adventureworks__address AS address
  ON address.address_id = first_address.address_id
LEFT JOIN stg.adventureworks__state_province AS state
  ON state.state_province_id = address.state_province_id
WHERE
  vendor._status IN ('good', 'merged')
