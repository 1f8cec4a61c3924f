MODEL (
  name mart.capa_cycle_time,
  kind FULL,
  owner quality,
  grain (site_code, month),
  description 'CAPA cycle time (CAPA 关闭周期): days from opened to closed of the CAPAs closed in the month; nearest-rank median and 90th percentile.',
  tags (mart, kpi),
  audits (
    not_null(columns := (site_code, month, closed_count)),
    unique_combination_of_columns(columns := (site_code, month))
  )
);

WITH closed_capa AS (
  SELECT
    site_code,
    @first_of_month(closed_date) AS month,
    capa_no,
    DATE_DIFF('DAY', opened_date, closed_date) AS cycle_days
  FROM core.capa
  /* A closure before the opening (DQ-QMS-001) is no duration. */
  WHERE closed_date >= opened_date
), ranked AS (
  SELECT
    site_code,
    month,
    cycle_days,
    ROW_NUMBER() OVER (PARTITION BY site_code, month ORDER BY cycle_days, capa_no) AS rank_no,
    COUNT(*) OVER (PARTITION BY site_code, month) AS closed_count
  FROM closed_capa
)
SELECT
  site_code::TEXT AS site_code,  /* Plant */
  month::DATE AS month,  /* First day of the month of closure */
  MAX(closed_count)::BIGINT AS closed_count,  /* CAPAs closed in the month, those that DQ-QMS-001 names left out */
  MAX(CASE WHEN @is_nearest_rank(rank_no, closed_count, 50) THEN cycle_days END)::BIGINT AS median_days,  /* Days at rank ceil(0.5 n) */
  MAX(CASE WHEN @is_nearest_rank(rank_no, closed_count, 90) THEN cycle_days END)::BIGINT AS p90_days  /* Days at rank ceil(0.9 n) */
FROM ranked
GROUP BY site_code, month
