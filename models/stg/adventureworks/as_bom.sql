MODEL (
  name stg.adventureworks__as_bom,
  kind EMBEDDED,
  owner plant_c_erp,
  grain (parent_product_id, component_product_id, valid_from_date),
  description 'Components in use at plant C; a row that has ended would pass for a valid one, so it is left in stg.',
  tags (stg, adventureworks)
);

SELECT
  ('adventureworks:' || parent.product_code)::TEXT AS parent_product_id,  /* Product key of the assembly */
  ('adventureworks:' || component.product_code)::TEXT AS component_product_id,  /* Product key of the component */
  part.component_qty::DECIMAL(18, 6) AS component_qty,  /* Component quantity for one assembly */
  part.uom_code::TEXT AS uom_code,  /* Unit of the component quantity, UN/ECE Rec 20 */
  part.valid_from_date::DATE AS valid_from_date,  /* First day of use */
  'adventureworks'::TEXT AS source_system,  /* System the row came from */
  part._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  part._row::BIGINT AS _row  /* Record number in the file */
FROM stg.adventureworks__bill_of_materials AS part
INNER JOIN stg.adventureworks__product AS parent
  ON parent.internal_product_id = part.parent_internal_product_id
INNER JOIN stg.adventureworks__product AS component
  ON component.internal_product_id = part.component_internal_product_id
WHERE
  part.valid_to_date IS NULL
