MODEL (
  name stg.u8_b__as_customer_version,
  kind EMBEDDED,
  owner plant_b_erp,
  grain (_file_sha256, _row),
  description 'Every delivered state of the customers of plant B.',
  tags (stg, u8_b)
);

SELECT
  customer.customer_code::TEXT AS customer_code,  /* Customer code */
  'B'::TEXT AS site_code,  /* Plant B */
  customer.customer_name::TEXT AS customer_name,  /* Customer name as written */
  customer.uscc::TEXT AS uscc,  /* Unified social credit code, check character not guaranteed */
  NULL::TEXT AS tax_id,  /* The extract has no tax number of its own */
  NULL::TEXT AS country_code,  /* U8 keeps no country */
  NULL::TEXT AS city_name,  /* U8 keeps the address as one text */
  customer.address_name::TEXT AS address_name,  /* Address as one text */
  NULL::TEXT AS phone_no,  /* The extract has no telephone number */
  customer._extracted_on::TEXT AS extracted_on,  /* Day of the extract, yyyymmdd; empty when its file has none */
  (customer._status = 'good')::BOOLEAN AS is_current,  /* The state that counts now */
  'u8_b'::TEXT AS source_system,  /* System the row came from */
  customer._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  customer._row::BIGINT AS _row  /* Record number in the file */
FROM typed.u8_b__customer AS customer
WHERE
  customer._status IN ('good', 'merged')
