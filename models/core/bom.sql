MODEL (
  name core.bom,
  kind FULL,
  owner production,
  grain (parent_product_id, component_product_id, valid_from_date),
  description 'Bills of material, one row per parent, component and validity.',
  tags (core),
  audits (not_null(columns := (parent_product_id, component_product_id)), unique_combination_of_columns(columns := (parent_product_id, component_product_id, valid_from_date)))
);

SELECT
  parent_product_id::TEXT AS parent_product_id,  /* Product made */
  component_product_id::TEXT AS component_product_id,  /* Product used */
  component_qty::DECIMAL(18, 6) AS component_qty,  /* Quantity of the component for one base unit of the parent */
  uom_code::TEXT AS uom_code,  /* Unit of the quantity, UN/ECE Rec 20 */
  valid_from_date::DATE AS valid_from_date,  /* First day of validity */
  source_system::TEXT AS source_system,  /* System the row came from */
  _source_table::TEXT AS _source_table,  /* Contract of the source row */
  _file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  _row::BIGINT AS _row  /* Record number in the file */
FROM @entity(@as_bom) AS mapped
QUALIFY
  @is_survivor(parent_product_id, component_product_id, valid_from_date)
