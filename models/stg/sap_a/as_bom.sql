MODEL (
  name stg.sap_a__as_bom,
  kind EMBEDDED,
  owner plant_a_erp,
  grain (parent_product_id, component_product_id, valid_from_date),
  description 'Bill of material items of plant A.',
  tags (stg, sap_a)
);

SELECT
  ('sap_a:' || item.product_code)::TEXT AS parent_product_id,  /* Product that is made */
  ('sap_a:' || item.component_code)::TEXT AS component_product_id,  /* Product that is consumed */
  item.component_qty::DECIMAL(18, 6) AS component_qty,  /* Component quantity per base unit of the parent */
  item.uom_code::TEXT AS uom_code,  /* Unit of the quantity, UN/ECE Rec 20 */
  item.valid_from_date::DATE AS valid_from_date,  /* First day of validity */
  'sap_a'::TEXT AS source_system,  /* System the row came from */
  item._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  item._row::BIGINT AS _row  /* Record number in the file */
FROM stg.sap_a__stpo AS item
