MODEL (
  name stg.gudid__as_product,
  kind EMBEDDED,
  owner regulatory_affairs,
  grain (product_id),
  description 'Devices of the US register, one per primary DI; their labelers are other companies.',
  tags (stg, gudid)
);

SELECT
  ('gudid:' || device.primary_di)::TEXT AS product_id,  /* Product key 'gudid:<primary DI>' */
  'G'::TEXT AS site_code,  /* G: public register, no plant */
  device.primary_di::TEXT AS product_code,  /* Primary DI */
  NULL::TEXT AS product_name_zh,  /* GUDID is in English */
  device.brand_name::TEXT AS product_name_en,  /* Brand name */
  'finished'::TEXT AS product_type_code,  /* Every registered device is a finished product */
  'C62'::TEXT AS base_uom_code,  /* One base package as labelled */
  device.model_name::TEXT AS spec_name,  /* Version or model */
  device.is_batch_managed::BOOLEAN AS is_batch_managed,  /* UDI-PI carries a lot */
  device.is_serial_managed::BOOLEAN AS is_serial_managed,  /* UDI-PI carries a serial number */
  NULL::BIGINT AS shelf_life_days,  /* GUDID keeps no shelf life */
  device.published_date::DATE AS created_date,  /* Day of first publication */
  'gudid'::TEXT AS source_system,  /* System the row came from */
  device._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  device._row::BIGINT AS _row  /* Record number in the file */
FROM stg.gudid__device AS device
