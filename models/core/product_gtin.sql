MODEL (
  name core.product_gtin,
  kind FULL,
  owner master_data,
  grain (source_system, product_id, di, level_code),
  description 'GTINs that material masters give to their products and to packs of them.',
  tags (core),
  audits (not_null(columns := (source_system, product_id, di, level_code)), unique_combination_of_columns(columns := (source_system, product_id, di, level_code)))
);

SELECT
  product_id::TEXT AS product_id,  /* Product key '<system>:<product_code>' */
  site_code::TEXT AS site_code,  /* Plant: A, B, C; G for public registers */
  @text(di)::TEXT AS di,  /* Device identifier as the material master has it */
  level_code::TEXT AS level_code,  /* primary for the base unit, package for every other */
  source_system::TEXT AS source_system,  /* System the row came from */
  _source_table::TEXT AS _source_table,  /* Contract of the source row */
  _file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  _row::BIGINT AS _row  /* Record number in the file */
FROM @entity(@as_product_gtin) AS mapped
QUALIFY
  @is_survivor(source_system, product_id, di, level_code)
