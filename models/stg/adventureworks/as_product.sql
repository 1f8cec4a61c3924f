MODEL (
  name stg.adventureworks__as_product,
  kind EMBEDDED,
  owner plant_c_erp,
  grain (product_id),
  description 'Products and parts of plant C.',
  tags (stg, adventureworks)
);

WITH component_unit AS (
  SELECT
    component_internal_product_id,
    MIN(uom_code) AS uom_code
  FROM stg.adventureworks__bill_of_materials
  GROUP BY
    component_internal_product_id
)
SELECT
  ('adventureworks:' || product.product_code)::TEXT AS product_id,  /* Product key 'adventureworks:<product_code>' */
  'C'::TEXT AS site_code,  /* Plant C */
  product.product_code::TEXT AS product_code,  /* Product number */
  NULL::TEXT AS product_name_zh,  /* AdventureWorks is in English */
  product.product_name::TEXT AS product_name_en,  /* English name */
  (CASE WHEN product.is_finished THEN 'finished' WHEN product.is_made THEN 'semifinished' ELSE 'raw' END)::TEXT AS product_type_code,  /* finished when sold, else semifinished when made, else raw */
  COALESCE(component_unit.uom_code, 'C62')::TEXT AS base_uom_code,  /* Unit in which bills of materials count the product, else pieces, UN/ECE Rec 20 */
  product.size_name::TEXT AS spec_name,  /* Size */
  FALSE::BOOLEAN AS is_batch_managed,  /* AdventureWorks keeps no lots */
  FALSE::BOOLEAN AS is_serial_managed,  /* AdventureWorks keeps no serial numbers */
  NULL::BIGINT AS shelf_life_days,  /* AdventureWorks keeps no shelf life */
  NULL::DATE AS created_date,  /* AdventureWorks keeps no creation day */
  'adventureworks'::TEXT AS source_system,  /* System the row came from */
  product._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  product._row::BIGINT AS _row  /* Record number in the file */
FROM stg.adventureworks__product AS product
LEFT JOIN component_unit
  ON component_unit.component_internal_product_id = product.internal_product_id
