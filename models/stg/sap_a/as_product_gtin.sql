MODEL (
  name stg.sap_a__as_product_gtin,
  kind EMBEDDED,
  owner plant_a_erp,
  grain (product_id, di, level_code),
  description 'GTINs the material masters of plant A give to the base unit (the sales unit) and to packs of it.',
  tags (stg, sap_a)
);

SELECT
  ('sap_a:' || unit.product_code)::TEXT AS product_id,  /* Product key 'sap_a:<product_code>' */
  'A'::TEXT AS site_code,  /* Plant A */
  unit.gtin::TEXT AS di,  /* GTIN as the material master has it, repaired */
  (CASE WHEN unit.uom_code = material.base_uom_code THEN 'primary' ELSE 'package' END)::TEXT AS level_code,  /* primary for the base unit, package for every other */
  'sap_a'::TEXT AS source_system,  /* System the row came from */
  unit._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  unit._row::BIGINT AS _row  /* Record number in the file */
FROM stg.sap_a__marm AS unit
INNER JOIN stg.sap_a__mara AS material
  ON material.product_code = unit.product_code
WHERE
  NOT unit.gtin IS NULL
