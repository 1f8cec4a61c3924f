MODEL (
  name stg.u8_b__as_supplier,
  kind EMBEDDED,
  owner plant_b_erp,
  grain (supplier_code),
  description 'Suppliers of plant B.',
  tags (stg, u8_b)
);

SELECT
  vendor.supplier_code::TEXT AS supplier_code,  /* Supplier code */
  'B'::TEXT AS site_code,  /* Plant B */
  vendor.supplier_name::TEXT AS supplier_name,  /* Supplier name as written */
  vendor.uscc::TEXT AS uscc,  /* Unified social credit code, check character not guaranteed */
  NULL::TEXT AS tax_id,  /* The extract has no tax number of its own */
  NULL::TEXT AS country_code,  /* U8 keeps no country */
  NULL::TEXT AS city_name,  /* U8 keeps the address as one text */
  vendor.address_name::TEXT AS address_name,  /* Address as one text */
  NULL::TEXT AS phone_no,  /* The extract has no telephone number */
  COALESCE(vendor.is_blocked, FALSE)::BOOLEAN AS is_blocked,  /* Frozen for purchasing; an empty flag means no */
  'u8_b'::TEXT AS source_system,  /* System the row came from */
  vendor._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  vendor._row::BIGINT AS _row  /* Record number in the file */
FROM stg.u8_b__vendor AS vendor
