MODEL (
  name core.unit_conversion,
  kind FULL,
  owner master_data,
  grain (product_id, uom_code),
  description 'Pack factors of a product: one uom_code is numerator_qty / denominator_qty base units.',
  tags (core),
  audits (not_null(columns := (product_id, uom_code)), unique_combination_of_columns(columns := (product_id, uom_code)))
);

SELECT
  product_id::TEXT AS product_id,  /* Product key '<system>:<product_code>' */
  uom_code::TEXT AS uom_code,  /* Unit of the quantity, UN/ECE Rec 20 */
  numerator_qty::DECIMAL(18, 6) AS numerator_qty,  /* Base units in the given number of this unit */
  denominator_qty::DECIMAL(18, 6) AS denominator_qty,  /* Number of this unit the numerator speaks of */
  source_system::TEXT AS source_system,  /* System the row came from */
  _source_table::TEXT AS _source_table,  /* Contract of the source row */
  _file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  _row::BIGINT AS _row  /* Record number in the file */
FROM @entity(@as_unit_conversion) AS mapped
QUALIFY
  @is_survivor(product_id, uom_code)
