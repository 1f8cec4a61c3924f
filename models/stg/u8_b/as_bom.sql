MODEL (
  name stg.u8_b__as_bom,
  kind EMBEDDED,
  owner plant_b_erp,
  grain (parent_product_id, component_product_id, valid_from_date),
  description 'Bill of materials of plant B.',
  tags (stg, u8_b)
);

SELECT
  ('u8_b:' || part.parent_product_code)::TEXT AS parent_product_id,  /* Product key of the parent */
  ('u8_b:' || part.component_product_code)::TEXT AS component_product_id,  /* Product key of the component */
  part.component_qty::DECIMAL(18, 6) AS component_qty,  /* Component quantity for one parent */
  part.uom_code::TEXT AS uom_code,  /* Unit of the component quantity, UN/ECE Rec 20 */
  part.valid_from_date::DATE AS valid_from_date,  /* Day from which the quantity holds */
  'u8_b'::TEXT AS source_system,  /* System the row came from */
  part._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  part._row::BIGINT AS _row  /* Record number in the file */
FROM stg.u8_b__bom AS part
