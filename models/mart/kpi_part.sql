MODEL (
  name mart.kpi_part,
  kind FULL,
  owner data_platform,
  grain (kpi_code, site_code, month, product_id, operation_code, equipment_id, supplier_id),
  description 'What the monthly KPIs are summed from, in one form: product, operation, work unit or supplier, whatever the KPI is kept by; the others are empty. Medians and percentiles stand here per product, with numerator NULL, and do not add up.',
  tags (mart, kpi),
  audits (
    not_null(columns := (kpi_code, site_code, month, product_id, operation_code, equipment_id, supplier_id)),
    unique_combination_of_columns(columns := (kpi_code, site_code, month, product_id, operation_code, equipment_id, supplier_id))
  )
);

WITH by_product AS (
  SELECT 'batch_pass_rate' AS kpi_code, site_code, month, product_id, '' AS operation_code, released_lots AS numerator, decided_lots AS denominator
  FROM mart.batch_pass_rate
  UNION ALL SELECT 'first_pass_yield', site_code, month, product_id, operation_code, good_qty, entered_qty FROM mart.first_pass_yield
  UNION ALL SELECT 'complaint_cpm', site_code, month, product_id, '', complaint_count, units_sold_12m FROM mart.complaint_rate
  UNION ALL SELECT 'trace_completeness', site_code, month, product_id, '', accounted_qty, produced_qty FROM mart.lot_trace_completeness
  UNION ALL SELECT 'genealogy_coverage', site_code, month, product_id, '', covered_lots, finished_lots FROM mart.genealogy_coverage
), by_supplier AS (
  SELECT 'supplier_acceptance_rate' AS kpi_code, site_code, month, supplier_id, accepted_lots AS numerator, inspected_lots AS denominator
  FROM mart.supplier_performance
  UNION ALL SELECT 'supplier_ppm', site_code, month, supplier_id, defective_qty, received_qty FROM mart.supplier_performance
  UNION ALL SELECT 'supplier_return_rate', site_code, month, supplier_id, returned_qty, received_qty FROM mart.supplier_performance
  UNION ALL SELECT 'supplier_otd_rate', site_code, month, supplier_id, lines_on_time, lines_due FROM mart.supplier_performance
), by_work_unit AS (
  SELECT 'oee_availability' AS kpi_code, site_code, shift_date, equipment_id, production_s AS numerator, planned_busy_s AS denominator
  FROM mart.oee
  UNION ALL SELECT 'oee_effectiveness', site_code, shift_date, equipment_id, planned_run_s, production_s FROM mart.oee
  UNION ALL SELECT 'oee_quality', site_code, shift_date, equipment_id, good_qty, produced_qty FROM mart.oee
  UNION ALL SELECT 'oee', site_code, shift_date, equipment_id, COALESCE(oee, 0) * planned_busy_s, planned_busy_s FROM mart.oee
), by_plant AS (
  SELECT 'capa_on_time_rate' AS kpi_code, site_code, month, closed_on_time_count AS numerator, due_count AS denominator
  FROM mart.capa_closure
  UNION ALL SELECT 'capa_original_on_time_rate', site_code, month, original_on_time_count, original_due_count FROM mart.capa_closure
), part AS (
  SELECT
    kpi_code, site_code, month, CASE WHEN operation_code = '' THEN 'product' ELSE 'operation' END AS kept_by_code,
    product_id, operation_code, '' AS equipment_id, '' AS supplier_id, numerator, denominator
  FROM by_product
  UNION ALL SELECT kpi_code, site_code, month, 'supplier', '', '', '', supplier_id, numerator, denominator FROM by_supplier
  UNION ALL SELECT kpi_code, site_code, @first_of_month(shift_date), 'equipment', '', '', equipment_id, '', numerator, denominator
  FROM by_work_unit
  UNION ALL SELECT kpi_code, site_code, month, 'plant', '', '', '', '', numerator, denominator FROM by_plant
), summed AS (
  SELECT
    kpi_code, site_code, month, kept_by_code, product_id, operation_code, equipment_id, supplier_id,
    CAST(SUM(CAST(numerator AS DECIMAL(28, 6))) AS DECIMAL(28, 6)) AS numerator,
    CAST(SUM(CAST(denominator AS DECIMAL(28, 6))) AS DECIMAL(28, 6)) AS denominator
  FROM part
  GROUP BY kpi_code, site_code, month, kept_by_code, product_id, operation_code, equipment_id, supplier_id
), valued AS (
  SELECT
    summed.*,
    @ratio(numerator * CASE WHEN definition.unit_code = '59' THEN 1000000 ELSE 1 END, denominator) AS value
  FROM summed
  JOIN mart.kpi_definition AS definition USING (kpi_code)
  UNION ALL SELECT 'release_cycle_median_hours', site_code, month, 'product', product_id, '', '', '', NULL, released_lots, median_hours
  FROM mart.release_cycle_time
  UNION ALL SELECT 'release_cycle_p90_hours', site_code, month, 'product', product_id, '', '', '', NULL, released_lots, p90_hours
  FROM mart.release_cycle_time
  UNION ALL SELECT 'rolled_yield_median', site_code, month, 'product', product_id, '', '', '', NULL, 1, rty
  FROM mart.rolled_yield WHERE NOT rty IS NULL
)
SELECT
  kpi_code::TEXT AS kpi_code,  /* KPI, see mart.kpi_definition */
  site_code::TEXT AS site_code,  /* Plant */
  month::DATE AS month,  /* First day of the month, by the time basis of the KPI */
  kept_by_code::TEXT AS kept_by_code,  /* What the KPI is kept by: product, operation (of a product), equipment, supplier or plant */
  product_id::TEXT AS product_id,  /* Product; empty when the KPI is not kept by product */
  operation_code::TEXT AS operation_code,  /* Operation of the routing; empty when the KPI is not kept by operation */
  equipment_id::TEXT AS equipment_id,  /* Work unit; empty when the KPI is not kept by work unit */
  supplier_id::TEXT AS supplier_id,  /* Supplier; empty when the KPI is not kept by supplier */
  numerator::DECIMAL(28, 6) AS numerator,  /* Numerator; NULL for medians and percentiles */
  denominator::DECIMAL(28, 6) AS denominator,  /* Denominator, or the number of observations */
  value::DECIMAL(28, 9) AS value  /* numerator / denominator (x 1e6 for ppm and CPM); NULL on a zero denominator */
FROM valued
