MODEL (
  name core.machine_state,
  kind FULL,
  owner production,
  grain (equipment_id, started_at),
  description 'States of machines; a state lasts from start to end.',
  tags (core),
  audits (not_null(columns := (equipment_id, started_at)), unique_combination_of_columns(columns := (equipment_id, started_at)))
);

WITH cleaned AS (
  SELECT
    @text(equipment_id) AS equipment_id,
    site_code,
    state_code,
    started_at,
    ended_at,
    source_system,
    _source_table,
    _file_sha256,
    _row
  FROM @entity(@as_machine_state) AS mapped
)
SELECT
  equipment_id::TEXT AS equipment_id,  /* Machine or gauge */
  site_code::TEXT AS site_code,  /* Plant: A, B, C; G for public registers */
  state_code::TEXT AS state_code,  /* RUN, IDLE, DOWN or SETUP */
  started_at::TIMESTAMPTZ AS started_at,  /* Start, UTC */
  ended_at::TIMESTAMPTZ AS ended_at,  /* End, UTC */
  source_system::TEXT AS source_system,  /* System the row came from */
  _source_table::TEXT AS _source_table,  /* Contract of the source row */
  _file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  _row::BIGINT AS _row  /* Record number in the file */
FROM cleaned
QUALIFY
  @is_survivor(equipment_id, started_at)
