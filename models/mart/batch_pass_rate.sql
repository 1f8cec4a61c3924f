MODEL (
  name mart.batch_pass_rate,
  kind FULL,
  owner quality,
  grain (site_code, product_id, month),
  description 'Batch pass rate (批次合格率): produced lots by their latest final decision, in the month of that decision.',
  tags (mart, kpi),
  audits (
    not_null(columns := (site_code, product_id, month, decided_lots)),
    unique_combination_of_columns(columns := (site_code, product_id, month))
  )
);

WITH decided_lot AS (
  SELECT
    site_code,
    product_id,
    @first_of_month(@plant_date(decided_at, decision.site_code)) AS month,
    decision_code
  FROM core.release_decision AS decision
  WHERE decision_code IS NOT NULL
), counted AS (
  SELECT
    site_code,
    product_id,
    month,
    COUNT(*) FILTER(WHERE decision_code = 'accepted') AS released_lots,
    COUNT(*) FILTER(WHERE decision_code = 'concession') AS concession_lots,
    COUNT(*) FILTER(WHERE decision_code = 'rejected') AS rejected_lots,
    COUNT(*) AS decided_lots
  FROM decided_lot
  GROUP BY site_code, product_id, month
)
SELECT
  site_code::TEXT AS site_code,  /* Plant that decided */
  product_id::TEXT AS product_id,  /* Product of the lots */
  month::DATE AS month,  /* First day of the month of decision, plant time */
  released_lots::BIGINT AS released_lots,  /* Lots accepted without condition: the numerator */
  concession_lots::BIGINT AS concession_lots,  /* Lots accepted by concession, not counted as released */
  rejected_lots::BIGINT AS rejected_lots,  /* Lots rejected */
  decided_lots::BIGINT AS decided_lots,  /* Lots with a final decision: the denominator */
  @ratio(released_lots, decided_lots)::DECIMAL(18, 9) AS pass_rate  /* released_lots / decided_lots */
FROM counted
