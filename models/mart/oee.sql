MODEL (
  name mart.oee,
  kind FULL,
  owner production,
  grain (site_code, equipment_id, shift_date, shift_code),
  description 'Overall equipment effectiveness (设备综合效率, ISO 22400-2) per work unit and shift: A = APT/PBT, E = planned run/APT, Q = GQ/PQ. Effectiveness above 1 means a wrong planned run time: shown, never capped.',
  tags (mart, kpi),
  audits (
    not_null(columns := (site_code, equipment_id, shift_date, shift_code)),
    unique_combination_of_columns(columns := (site_code, equipment_id, shift_date, shift_code))
  )
);

WITH shift_run AS (
  SELECT
    shift.site_code,
    shift.equipment_id,
    shift.started_at,
    SUM(DATE_DIFF(
      'SECOND', GREATEST(state.started_at, shift.started_at), LEAST(state.ended_at, shift.ended_at)
    )) AS production_s
  FROM core.shift AS shift
  JOIN core.machine_state AS state
    ON state.site_code = shift.site_code
    AND state.equipment_id = shift.equipment_id
    AND state.state_code = 'RUN'
    AND state.started_at < shift.ended_at
    AND state.ended_at > shift.started_at
  GROUP BY shift.site_code, shift.equipment_id, shift.started_at
), shift_output AS (
  SELECT
    shift.site_code,
    shift.equipment_id,
    shift.started_at,
    SUM(event.planned_unit_time_s * (event.good_qty + event.scrap_qty + event.rework_qty)) AS planned_run_s,
    SUM(event.good_qty + event.scrap_qty + event.rework_qty) AS produced_qty,
    SUM(event.good_qty) AS good_qty
  FROM core.shift AS shift
  JOIN core.operation_event AS event
    ON event.site_code = shift.site_code
    AND event.equipment_id = shift.equipment_id
    AND event.ended_at >= shift.started_at
    AND event.ended_at < shift.ended_at
  GROUP BY shift.site_code, shift.equipment_id, shift.started_at
), measured AS (
  SELECT
    shift.*,
    shift.planned_busy_min * 60 AS planned_busy_s,
    COALESCE(run.production_s, 0)::DECIMAL(18, 3) AS production_s,
    COALESCE(output.planned_run_s, 0)::DECIMAL(18, 3) AS planned_run_s,
    COALESCE(output.produced_qty, 0)::DECIMAL(18, 3) AS produced_qty,
    COALESCE(output.good_qty, 0)::DECIMAL(18, 3) AS good_qty
  FROM core.shift AS shift
  LEFT JOIN shift_run AS run USING (site_code, equipment_id, started_at)
  LEFT JOIN shift_output AS output USING (site_code, equipment_id, started_at)
)
SELECT
  site_code::TEXT AS site_code,  /* Plant */
  equipment_id::TEXT AS equipment_id,  /* Work unit */
  shift_date::DATE AS shift_date,  /* Calendar day the shift belongs to */
  shift_code::TEXT AS shift_code,  /* Shift */
  planned_busy_s::DECIMAL(18, 3) AS planned_busy_s,  /* PBT, planned busy time, seconds */
  production_s::DECIMAL(18, 3) AS production_s,  /* APT, seconds in state RUN inside the shift */
  planned_run_s::DECIMAL(18, 3) AS planned_run_s,  /* Planned unit time x produced quantity, seconds */
  produced_qty::DECIMAL(18, 3) AS produced_qty,  /* PQ: good + scrap + rework of operations ended in the shift */
  good_qty::DECIMAL(18, 3) AS good_qty,  /* GQ: good quantity of the same operations */
  @ratio(production_s, planned_busy_s)::DECIMAL(28, 9) AS availability,  /* APT / PBT */
  @ratio(planned_run_s, production_s)::DECIMAL(28, 9) AS effectiveness,  /* planned_run_s / APT */
  @ratio(good_qty, produced_qty)::DECIMAL(28, 9) AS quality,  /* GQ / PQ */
  @ratio(
    CASE WHEN production_s > 0 THEN planned_run_s * good_qty END, planned_busy_s * produced_qty
  )::DECIMAL(28, 9) AS oee  /* A x E x Q of the unrounded factors; APT cancels out */
FROM measured
