MODEL (
  name mart.complaint_rate,
  kind FULL,
  owner quality,
  grain (site_code, product_id, month),
  description 'Complaint rate (投诉率, CPM): complaints received in the month per million units sold in that month and the 11 before. A month stands here when it has a complaint or a sale in its window, up to the as-of month.',
  tags (mart, kpi),
  audits (
    not_null(columns := (site_code, product_id, month, complaint_count, units_sold_12m)),
    unique_combination_of_columns(columns := (site_code, product_id, month))
  )
);

WITH sold_month AS (
  SELECT
    site_code,
    product_id,
    @first_of_month(posting_date) AS month,
    -SUM(base_qty) AS units_sold
  FROM core.movement
  WHERE movement_class_code IN ('shipment', 'customer_return')
  GROUP BY site_code, product_id, @first_of_month(posting_date)
), counted AS (
  SELECT
    sold_month.site_code,
    sold_month.product_id,
    CAST(sold_month.month + lag_month.months * INTERVAL '1' MONTH AS DATE) AS month,
    0 AS complaint_count,
    sold_month.units_sold
  FROM sold_month
  CROSS JOIN (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9), (10), (11)) AS lag_month(months)
  UNION ALL
  SELECT
    site_code,
    product_id,
    @first_of_month(received_date) AS month,
    1 AS complaint_count,
    0 AS units_sold
  FROM core.complaint
  WHERE NOT product_id IS NULL AND NOT received_date IS NULL
), rolled AS (
  SELECT
    counted.site_code,
    counted.product_id,
    counted.month,
    SUM(counted.complaint_count) AS complaint_count,
    SUM(counted.units_sold) AS units_sold_12m
  FROM counted
  CROSS JOIN mart.as_of AS as_of
  WHERE counted.month <= as_of.as_of_date
  GROUP BY counted.site_code, counted.product_id, counted.month
)
SELECT
  site_code::TEXT AS site_code,  /* Plant that made the product */
  product_id::TEXT AS product_id,  /* Product complained about */
  month::DATE AS month,  /* First day of the month of receipt */
  complaint_count::BIGINT AS complaint_count,  /* Complaints received in the month: the numerator */
  units_sold_12m::DECIMAL(18, 3) AS units_sold_12m,  /* Shipped less customer returns in the month and the 11 before, base unit: the denominator */
  @ratio(complaint_count * 1000000, units_sold_12m)::DECIMAL(28, 9) AS cpm  /* Complaints per million units sold */
FROM rolled
