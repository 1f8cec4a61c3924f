MODEL (
  name mart.release_cycle_lot,
  kind FULL,
  owner quality,
  grain (lot_id),
  description 'Hours from the end of production (or of sterilisation, when later) to release, per lot accepted in its latest final decision; lots without a recorded operation are left out.',
  tags (mart),
  audits (
    not_null(columns := (lot_id, site_code, product_id, month, release_hours)),
    unique_values(columns := (lot_id))
  )
);

WITH ended_step AS (
  SELECT lot_id, ended_at FROM core.operation_event WHERE NOT ended_at IS NULL
  UNION ALL
  SELECT lot_id, ended_at FROM core.sterilisation WHERE NOT ended_at IS NULL
), ended_lot AS (
  SELECT
    lot_id,
    MAX(ended_at) AS ended_at
  FROM ended_step
  WHERE NOT lot_id IS NULL
  GROUP BY lot_id
)
SELECT
  decision.lot_id::TEXT AS lot_id,  /* Released lot */
  decision.site_code::TEXT AS site_code,  /* Plant */
  decision.product_id::TEXT AS product_id,  /* Product */
  @first_of_month(@plant_date(decision.decided_at, decision.site_code))::DATE AS month,  /* First day of the month of release, plant time */
  ended_lot.ended_at::TIMESTAMPTZ AS ended_at,  /* Latest end of an operation or sterilisation of the lot, UTC */
  decision.decided_at::TIMESTAMPTZ AS decided_at,  /* Accepted final decision, UTC */
  @ratio(DATE_DIFF('SECOND', ended_lot.ended_at, decision.decided_at), 3600)::DECIMAL(18, 3) AS release_hours  /* decided_at - ended_at, hours; below zero when released before the end */
FROM core.release_decision AS decision
JOIN ended_lot
  ON ended_lot.lot_id = decision.lot_id
WHERE decision.decision_code = 'accepted'
