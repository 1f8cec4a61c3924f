MODEL (
  name stg.sap_a__as_product,
  kind EMBEDDED,
  owner plant_a_erp,
  grain (product_id),
  description 'Materials of plant A with their Chinese and English names.',
  tags (stg, sap_a)
);

SELECT
  ('sap_a:' || material.product_code)::TEXT AS product_id,  /* Product key 'sap_a:<product_code>' */
  'A'::TEXT AS site_code,  /* Plant A */
  material.product_code::TEXT AS product_code,  /* Material number without padding */
  chinese.product_name::TEXT AS product_name_zh,  /* Chinese name */
  english.product_name::TEXT AS product_name_en,  /* English name */
  (CASE
    WHEN material.product_type_code IN ('finished', 'semifinished', 'raw', 'packaging') THEN material.product_type_code
    ELSE 'other'
  END)::TEXT AS product_type_code,  /* finished, semifinished, raw, packaging or other */
  material.base_uom_code::TEXT AS base_uom_code,  /* Base unit, UN/ECE Rec 20 */
  material.spec_name::TEXT AS spec_name,  /* Specification */
  COALESCE(material.is_batch_managed, FALSE)::BOOLEAN AS is_batch_managed,  /* Managed in lots; an empty flag means no */
  (material.serial_profile_code IS NOT NULL)::BOOLEAN AS is_serial_managed,  /* Managed by serial number: a serial profile is given */
  material.shelf_life_days::BIGINT AS shelf_life_days,  /* Total shelf life, days */
  material.created_date::DATE AS created_date,  /* Day the master record was created */
  'sap_a'::TEXT AS source_system,  /* System the row came from */
  material._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  material._row::BIGINT AS _row  /* Record number in the file */
FROM stg.sap_a__mara AS material
LEFT JOIN stg.sap_a__makt AS chinese
  ON chinese.product_code = material.product_code AND chinese.language_code = 'zh'
LEFT JOIN stg.sap_a__makt AS english
  ON english.product_code = material.product_code AND english.language_code = 'en'
