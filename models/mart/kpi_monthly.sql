MODEL (
  name mart.kpi_monthly,
  kind FULL,
  owner data_platform,
  grain (site_code, kpi_code, month),
  description 'All monthly KPIs of a plant in long form: numerators and denominators are summed over products, suppliers or shifts, then divided. Medians and percentiles cannot be summed: numerator NULL, denominator = number of observations.',
  tags (mart, kpi),
  audits (
    not_null(columns := (site_code, kpi_code, month)),
    unique_combination_of_columns(columns := (site_code, kpi_code, month))
  )
);

WITH summed AS (
  SELECT
    site_code,
    kpi_code,
    month,
    CAST(SUM(numerator) AS DECIMAL(28, 6)) AS numerator,
    CAST(SUM(denominator) AS DECIMAL(28, 6)) AS denominator
  FROM mart.kpi_part
  WHERE NOT numerator IS NULL
  GROUP BY site_code, kpi_code, month
), scaled AS (
  SELECT
    summed.*,
    CASE WHEN definition.unit_code = '59' THEN 1000000 ELSE 1 END AS factor
  FROM summed
  JOIN mart.kpi_definition AS definition USING (kpi_code)
), observation AS (
  SELECT 'release_cycle' AS name, site_code, month, release_hours AS value, lot_id AS tie_key FROM mart.release_cycle_lot
  UNION ALL SELECT 'rolled_yield' AS name, site_code, month, rty, product_id FROM mart.rolled_yield
), ranked AS (
  SELECT
    *,
    ROW_NUMBER() OVER (PARTITION BY site_code, name, month ORDER BY value, tie_key) AS rank_no,
    COUNT(*) OVER (PARTITION BY site_code, name, month) AS row_count
  FROM observation
  WHERE NOT value IS NULL
), valued AS (
  SELECT site_code, kpi_code, month, numerator, denominator, @ratio(numerator * factor, denominator) AS value FROM scaled
  UNION ALL SELECT site_code, 'release_cycle_median_hours', month, NULL, row_count, value
  FROM ranked WHERE name = 'release_cycle' AND @is_nearest_rank(rank_no, row_count, 50)
  UNION ALL SELECT site_code, 'release_cycle_p90_hours', month, NULL, row_count, value
  FROM ranked WHERE name = 'release_cycle' AND @is_nearest_rank(rank_no, row_count, 90)
  UNION ALL SELECT site_code, 'rolled_yield_median', month, NULL, row_count, value
  FROM ranked WHERE name = 'rolled_yield' AND @is_nearest_rank(rank_no, row_count, 50)
  UNION ALL SELECT site_code, 'capa_cycle_median_days', month, NULL, closed_count, median_days FROM mart.capa_cycle_time
  UNION ALL SELECT site_code, 'capa_cycle_p90_days', month, NULL, closed_count, p90_days FROM mart.capa_cycle_time
)
SELECT
  site_code::TEXT AS site_code,  /* Plant */
  kpi_code::TEXT AS kpi_code,  /* KPI, see mart.kpi_definition */
  month::DATE AS month,  /* First day of the month, by the time basis of the KPI */
  numerator::DECIMAL(28, 6) AS numerator,  /* Summed numerator; NULL for medians and percentiles */
  denominator::DECIMAL(28, 6) AS denominator,  /* Summed denominator, or the number of observations */
  value::DECIMAL(28, 9) AS value  /* numerator / denominator (x 1e6 for ppm and CPM); NULL on a zero denominator */
FROM valued
