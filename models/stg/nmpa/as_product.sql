MODEL (
  name stg.nmpa__as_product,
  kind EMBEDDED,
  owner regulatory_affairs,
  grain (product_id),
  description 'Devices of the Chinese register, one per primary DI, in the newest version of their record.',
  tags (stg, nmpa)
);

SELECT
  ('nmpa:' || device.primary_di)::TEXT AS product_id,  /* Product key 'nmpa:<primary DI>' */
  'G'::TEXT AS site_code,  /* G: public register, no plant */
  device.primary_di::TEXT AS product_code,  /* Primary DI */
  COALESCE(device.product_name, device.trade_name)::TEXT AS product_name_zh,  /* Generic name, else trade name */
  NULL::TEXT AS product_name_en,  /* The register is in Chinese */
  'finished'::TEXT AS product_type_code,  /* Every registered device is a finished product */
  'C62'::TEXT AS base_uom_code,  /* One minimum sales unit */
  device.spec_name::TEXT AS spec_name,  /* Model or specification */
  device.is_batch_managed::BOOLEAN AS is_batch_managed,  /* UDI-PI carries a lot */
  device.is_serial_managed::BOOLEAN AS is_serial_managed,  /* UDI-PI carries a serial number */
  NULL::BIGINT AS shelf_life_days,  /* The register keeps no shelf life */
  device.published_date::DATE AS created_date,  /* Day the DI was published */
  'nmpa'::TEXT AS source_system,  /* System the row came from */
  device._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  device._row::BIGINT AS _row  /* Record number in the file */
FROM stg.nmpa__device AS device
WHERE
  NOT device.primary_di IS NULL
QUALIFY
  ROW_NUMBER() OVER (PARTITION BY device.record_key ORDER BY device.version_no DESC NULLS LAST, device.correction_no DESC NULLS LAST) = 1
