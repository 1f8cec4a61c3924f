MODEL (
  name stg.u8_b__as_inspection_result,
  kind EMBEDDED,
  owner plant_b_erp,
  grain (inspection_no, characteristic_name),
  description 'Measured characteristics of approved inspections of plant B.',
  tags (stg, u8_b)
);

SELECT
  voucher.inspection_no::TEXT AS inspection_no,  /* Inspection number */
  'B'::TEXT AS site_code,  /* Plant B */
  result.characteristic_name::TEXT AS characteristic_name,  /* Characteristic */
  result.value_text::TEXT AS value_text,  /* Value as written */
  (TRY_CAST(result.value_text AS DECIMAL(18, 6)))::DECIMAL(18, 6) AS value,  /* Value as a number; NULL for words such as 未检出 and for bounds such as ≤0.05 */
  result.unit_code::TEXT AS unit_code,  /* Unit of the value as written */
  result.lower_limit::DECIMAL(18, 6) AS lower_limit,  /* Lower specification limit */
  result.upper_limit::DECIMAL(18, 6) AS upper_limit,  /* Upper specification limit */
  result.result_code::TEXT AS result_code,  /* pass or fail */
  NULL::TEXT AS equipment_id,  /* U8 names no instrument */
  NULL::TIMESTAMPTZ AS measured_at,  /* U8 keeps no time of measurement */
  'u8_b'::TEXT AS source_system,  /* System the row came from */
  result._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  result._row::BIGINT AS _row  /* Record number in the file */
FROM stg.u8_b__qmcheckvouchers AS result
INNER JOIN stg.u8_b__qmcheckvoucher AS voucher
  ON voucher.inspection_id = result.inspection_id AND NOT voucher.decided_by IS NULL
