MODEL (
  name mart.release_cycle_time,
  kind FULL,
  owner quality,
  grain (site_code, product_id, month),
  description 'Batch release cycle time (批次放行周期): nearest-rank median and 90th percentile of release hours of the lots released in the month.',
  tags (mart, kpi),
  audits (
    not_null(columns := (site_code, product_id, month, released_lots)),
    unique_combination_of_columns(columns := (site_code, product_id, month))
  )
);

WITH ranked AS (
  SELECT
    site_code,
    product_id,
    month,
    release_hours,
    ROW_NUMBER() OVER (PARTITION BY site_code, product_id, month ORDER BY release_hours, lot_id) AS rank_no,
    COUNT(*) OVER (PARTITION BY site_code, product_id, month) AS released_lots
  FROM mart.release_cycle_lot
)
SELECT
  site_code::TEXT AS site_code,  /* Plant */
  product_id::TEXT AS product_id,  /* Product */
  month::DATE AS month,  /* First day of the month of release, plant time */
  MAX(released_lots)::BIGINT AS released_lots,  /* Lots released in the month with a recorded production end */
  MAX(CASE WHEN @is_nearest_rank(rank_no, released_lots, 50) THEN release_hours END)::DECIMAL(18, 3) AS median_hours,  /* Hours at rank ceil(0.5 n) */
  MAX(CASE WHEN @is_nearest_rank(rank_no, released_lots, 90) THEN release_hours END)::DECIMAL(18, 3) AS p90_hours  /* Hours at rank ceil(0.9 n) */
FROM ranked
GROUP BY site_code, product_id, month
