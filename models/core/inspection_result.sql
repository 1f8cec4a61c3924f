MODEL (
  name core.inspection_result,
  kind FULL,
  owner quality,
  grain (source_system, _file_sha256, _row),
  description 'Measured characteristics, from ERP inspections and MES measurements.',
  tags (core),
  audits (not_null(columns := (source_system, _file_sha256, _row)), unique_combination_of_columns(columns := (source_system, _file_sha256, _row)))
);

SELECT
  @text(inspection_no)::TEXT AS inspection_no,  /* Inspection lot or voucher number */
  site_code::TEXT AS site_code,  /* Plant: A, B, C; G for public registers */
  characteristic_name::TEXT AS characteristic_name,  /* What was measured */
  value_text::TEXT AS value_text,  /* Value as reported */
  value::DECIMAL(18, 6) AS value,  /* Numeric value in unit_code */
  unit_code::TEXT AS unit_code,  /* Unit of the value */
  lower_limit::DECIMAL(18, 6) AS lower_limit,  /* Lower specification limit */
  upper_limit::DECIMAL(18, 6) AS upper_limit,  /* Upper specification limit */
  result_code::TEXT AS result_code,  /* pass or fail */
  @text(equipment_id)::TEXT AS equipment_id,  /* Machine or gauge */
  measured_at::TIMESTAMPTZ AS measured_at,  /* Time of measurement, UTC */
  source_system::TEXT AS source_system,  /* System the row came from */
  _source_table::TEXT AS _source_table,  /* Contract of the source row */
  _file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  _row::BIGINT AS _row  /* Record number in the file */
FROM @entity(@as_inspection_result) AS mapped
