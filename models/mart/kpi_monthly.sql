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

WITH part AS (
  SELECT site_code, 'batch_pass_rate' AS kpi_code, month, released_lots AS numerator, decided_lots AS denominator, 1 AS factor
  FROM mart.batch_pass_rate
  UNION ALL SELECT site_code, 'first_pass_yield', month, good_qty, entered_qty, 1 FROM mart.first_pass_yield
  UNION ALL SELECT site_code, 'supplier_acceptance_rate', month, accepted_lots, inspected_lots, 1 FROM mart.supplier_performance
  UNION ALL SELECT site_code, 'supplier_ppm', month, defective_qty, received_qty, 1000000 FROM mart.supplier_performance
  UNION ALL SELECT site_code, 'supplier_return_rate', month, returned_qty, received_qty, 1 FROM mart.supplier_performance
  UNION ALL SELECT site_code, 'supplier_otd_rate', month, lines_on_time, lines_due, 1 FROM mart.supplier_performance
  UNION ALL SELECT site_code, 'oee_availability', @first_of_month(shift_date), production_s, planned_busy_s, 1 FROM mart.oee
  UNION ALL SELECT site_code, 'oee_effectiveness', @first_of_month(shift_date), planned_run_s, production_s, 1 FROM mart.oee
  UNION ALL SELECT site_code, 'oee_quality', @first_of_month(shift_date), good_qty, produced_qty, 1 FROM mart.oee
  UNION ALL SELECT site_code, 'oee', @first_of_month(shift_date), COALESCE(oee, 0) * planned_busy_s, planned_busy_s, 1 FROM mart.oee
  UNION ALL SELECT site_code, 'capa_on_time_rate', month, closed_on_time_count, due_count, 1 FROM mart.capa_closure
  UNION ALL SELECT site_code, 'capa_original_on_time_rate', month, original_on_time_count, original_due_count, 1 FROM mart.capa_closure
  UNION ALL SELECT site_code, 'complaint_cpm', month, complaint_count, units_sold_12m, 1000000 FROM mart.complaint_rate
  UNION ALL SELECT site_code, 'trace_completeness', month, accounted_qty, produced_qty, 1 FROM mart.lot_trace_completeness
  UNION ALL SELECT site_code, 'genealogy_coverage', month, covered_lots, finished_lots, 1 FROM mart.genealogy_coverage
), summed AS (
  SELECT
    site_code,
    kpi_code,
    month,
    CAST(SUM(CAST(numerator AS DECIMAL(28, 6))) AS DECIMAL(28, 6)) AS numerator,
    CAST(SUM(CAST(denominator AS DECIMAL(28, 6))) AS DECIMAL(28, 6)) AS denominator,
    MAX(factor) AS factor
  FROM part
  GROUP BY site_code, kpi_code, month
), observation AS (
  SELECT 'release_cycle' AS name, site_code, month, release_hours AS value, lot_id AS tie_key FROM mart.release_cycle_lot
  UNION ALL SELECT 'rolled_yield', site_code, month, rty, product_id FROM mart.rolled_yield
), ranked AS (
  SELECT
    *,
    ROW_NUMBER() OVER (PARTITION BY site_code, name, month ORDER BY value, tie_key) AS rank_no,
    COUNT(*) OVER (PARTITION BY site_code, name, month) AS row_count
  FROM observation
  WHERE NOT value IS NULL
), valued AS (
  SELECT site_code, kpi_code, month, numerator, denominator, @ratio(numerator * factor, denominator) AS value FROM summed
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
