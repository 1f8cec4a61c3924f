MODEL (
  name core.shift,
  kind FULL,
  owner production,
  grain (equipment_id, shift_date, shift_code),
  description 'Planned shifts of machines.',
  tags (core),
  audits (not_null(columns := (equipment_id, shift_date, shift_code)), unique_combination_of_columns(columns := (equipment_id, shift_date, shift_code)))
);

WITH cleaned AS (
  SELECT
    @text(equipment_id) AS equipment_id,
    site_code,
    shift_code,
    shift_date,
    started_at,
    ended_at,
    planned_busy_min,
    source_system,
    _source_table,
    _file_sha256,
    _row
  FROM @entity(@as_shift) AS mapped
)
SELECT
  equipment_id::TEXT AS equipment_id,  /* Machine or gauge */
  site_code::TEXT AS site_code,  /* Plant: A, B, C; G for public registers */
  shift_code::TEXT AS shift_code,  /* Shift */
  shift_date::DATE AS shift_date,  /* Calendar day the shift belongs to, plant time */
  started_at::TIMESTAMPTZ AS started_at,  /* Start, UTC */
  ended_at::TIMESTAMPTZ AS ended_at,  /* End, UTC */
  planned_busy_min::DECIMAL(18, 3) AS planned_busy_min,  /* Planned busy time, min */
  source_system::TEXT AS source_system,  /* System the row came from */
  _source_table::TEXT AS _source_table,  /* Contract of the source row */
  _file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  _row::BIGINT AS _row  /* Record number in the file */
FROM cleaned
QUALIFY
  @is_survivor(equipment_id, shift_date, shift_code)
