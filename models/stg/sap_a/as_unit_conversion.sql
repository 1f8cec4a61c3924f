MODEL (
  name stg.sap_a__as_unit_conversion,
  kind EMBEDDED,
  owner plant_a_erp,
  grain (product_id, uom_code),
  description 'Factors of each material from an alternative unit to its base unit: 1 unit = numerator / denominator base units.',
  tags (stg, sap_a)
);

SELECT
  ('sap_a:' || factor.product_code)::TEXT AS product_id,  /* Product key 'sap_a:<product_code>' */
  factor.uom_code::TEXT AS uom_code,  /* Unit of the quantity, UN/ECE Rec 20 */
  factor.numerator_qty::DECIMAL(18, 6) AS numerator_qty,  /* Base units in the given number of this unit */
  factor.denominator_qty::DECIMAL(18, 6) AS denominator_qty,  /* Number of this unit the numerator speaks of */
  'sap_a'::TEXT AS source_system,  /* System the row came from */
  factor._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  factor._row::BIGINT AS _row  /* Record number in the file */
FROM stg.sap_a__marm AS factor
