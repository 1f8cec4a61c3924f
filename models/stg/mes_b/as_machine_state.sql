MODEL (
  name stg.mes_b__as_machine_state,
  kind EMBEDDED,
  owner plant_b_mes,
  grain (equipment_id, started_at),
  description 'Machine states of plant B.',
  tags (stg, mes_b)
);

SELECT
  state.equipment_id::TEXT AS equipment_id,  /* Machine */
  'B'::TEXT AS site_code,  /* Plant B */
  state.state_code::TEXT AS state_code,  /* RUN, IDLE, DOWN or SETUP */
  state.started_at::TIMESTAMPTZ AS started_at,  /* Start of the state, UTC */
  state.ended_at::TIMESTAMPTZ AS ended_at,  /* End of the state, UTC */
  'mes_b'::TEXT AS source_system,  /* System the row came from */
  state._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  state._row::BIGINT AS _row  /* Record number in the file */
FROM stg.mes_b__machine_state AS state
