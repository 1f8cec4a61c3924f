MODEL (
  name core.product,
  kind FULL,
  owner master_data,
  grain (product_id),
  description 'Products of every system, one row per system and material number.',
  tags (core),
  audits (not_null(columns := (product_id)), unique_values(columns := (product_id)))
);

WITH cleaned AS (
  SELECT
    product_id,
    site_code,
    @text(product_code) AS product_code,
    product_name_zh,
    product_name_en,
    product_type_code,
    base_uom_code,
    spec_name,
    is_batch_managed,
    is_serial_managed,
    shelf_life_days,
    created_date,
    source_system,
    _source_table,
    _file_sha256,
    _row
  FROM @entity(@as_product) AS mapped
)
SELECT
  product_id::TEXT AS product_id,  /* Product key '<system>:<product_code>' */
  site_code::TEXT AS site_code,  /* Plant: A, B, C; G for public registers */
  product_code::TEXT AS product_code,  /* Material number as the plant writes it, without padding */
  product_name_zh::TEXT AS product_name_zh,  /* Chinese name */
  product_name_en::TEXT AS product_name_en,  /* English name */
  product_type_code::TEXT AS product_type_code,  /* finished, semifinished, raw, packaging or other */
  base_uom_code::TEXT AS base_uom_code,  /* Unit of stock quantities, UN/ECE Rec 20 */
  spec_name::TEXT AS spec_name,  /* Specification or model text */
  is_batch_managed::BOOLEAN AS is_batch_managed,  /* Stock must name a lot */
  is_serial_managed::BOOLEAN AS is_serial_managed,  /* Units carry serial numbers */
  shelf_life_days::BIGINT AS shelf_life_days,  /* Shelf life from manufacture, days */
  created_date::DATE AS created_date,  /* Day the record was created in its system */
  source_system::TEXT AS source_system,  /* System the row came from */
  _source_table::TEXT AS _source_table,  /* Contract of the source row */
  _file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  _row::BIGINT AS _row  /* Record number in the file */
FROM cleaned
QUALIFY
  @is_survivor(product_id)
