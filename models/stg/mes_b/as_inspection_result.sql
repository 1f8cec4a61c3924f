MODEL (
  name stg.mes_b__as_inspection_result,
  kind EMBEDDED,
  owner plant_b_mes,
  grain (inspection_no, characteristic_name, measured_at),
  description 'Values measured in production of plant B; the operation run stands in for an inspection.',
  tags (stg, mes_b)
);

SELECT
  measured.event_id::TEXT AS inspection_no,  /* Operation run in which it was measured */
  'B'::TEXT AS site_code,  /* Plant B */
  measured.characteristic_name::TEXT AS characteristic_name,  /* Characteristic */
  measured.value::TEXT AS value_text,  /* Value as text */
  measured.value::DECIMAL(18, 6) AS value,  /* Value as a number */
  measured.unit_code::TEXT AS unit_code,  /* Unit of the value as written */
  measured.lower_limit::DECIMAL(18, 6) AS lower_limit,  /* Lower specification limit */
  measured.upper_limit::DECIMAL(18, 6) AS upper_limit,  /* Upper specification limit */
  (CASE WHEN measured.value < measured.lower_limit OR measured.value > measured.upper_limit THEN 'fail' WHEN NOT measured.value IS NULL THEN 'pass' END)::TEXT AS result_code,  /* pass or fail, from the limits: the MES gives no verdict */
  measured.equipment_id::TEXT AS equipment_id,  /* Measuring equipment */
  measured.measured_at::TIMESTAMPTZ AS measured_at,  /* Time of measurement, UTC */
  'mes_b'::TEXT AS source_system,  /* System the row came from */
  measured._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  measured._row::BIGINT AS _row  /* Record number in the file */
FROM stg.mes_b__measurement AS measured
