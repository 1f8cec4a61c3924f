MODEL (
  name stg.u8_b__as_unit_conversion,
  kind EMBEDDED,
  owner plant_b_erp,
  grain (product_id, uom_code),
  description 'Auxiliary units of plant B: 1 unit = base_per_unit base units.',
  tags (stg, u8_b)
);

SELECT
  ('u8_b:' || factor.product_code)::TEXT AS product_id,  /* Product key 'u8_b:<product_code>' */
  factor.uom_code::TEXT AS uom_code,  /* Auxiliary unit, UN/ECE Rec 20 */
  factor.base_per_unit_qty::DECIMAL(18, 6) AS numerator_qty,  /* Base units in one auxiliary unit */
  1::DECIMAL(18, 6) AS denominator_qty,  /* The rate speaks of one auxiliary unit */
  'u8_b'::TEXT AS source_system,  /* System the row came from */
  factor._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  factor._row::BIGINT AS _row  /* Record number in the file */
FROM stg.u8_b__computationunit AS factor
