MODEL (
  name stg.mes_b__as_shift,
  kind EMBEDDED,
  owner plant_b_mes,
  grain (equipment_id, shift_date, shift_code),
  description 'Shifts of the machines of plant B.',
  tags (stg, mes_b)
);

SELECT
  shift.equipment_id::TEXT AS equipment_id,  /* Machine */
  'B'::TEXT AS site_code,  /* Plant B */
  shift.shift_code::TEXT AS shift_code,  /* Shift */
  shift.shift_date::DATE AS shift_date,  /* Local day to which the shift belongs */
  shift.started_at::TIMESTAMPTZ AS started_at,  /* Start of the shift, UTC */
  shift.ended_at::TIMESTAMPTZ AS ended_at,  /* End of the shift, UTC */
  shift.planned_busy_min::DECIMAL(18, 3) AS planned_busy_min,  /* Planned busy time, minutes */
  'mes_b'::TEXT AS source_system,  /* System the row came from */
  shift._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  shift._row::BIGINT AS _row  /* Record number in the file */
FROM stg.mes_b__shift AS shift
