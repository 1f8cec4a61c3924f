MODEL (
  name mart.rolled_yield,
  kind FULL,
  owner production,
  grain (site_code, product_id, month),
  description 'Rolled throughput yield (滚动直通率): product of the first-pass yields of the operations of the month in operation order; operations without a yield are left out.',
  tags (mart, kpi),
  audits (
    not_null(columns := (site_code, product_id, month, operation_count)),
    unique_combination_of_columns(columns := (site_code, product_id, month))
  )
);

WITH RECURSIVE operation AS (
  SELECT
    site_code,
    product_id,
    month,
    TRY_CAST(@ratio(good_qty, entered_qty, 15) AS DECIMAL(19, 15)) AS fpy,
    ROW_NUMBER() OVER (PARTITION BY site_code, product_id, month ORDER BY operation_code) AS operation_no,
    COUNT(*) OVER (PARTITION BY site_code, product_id, month) AS operation_count
  FROM mart.first_pass_yield
  WHERE NOT fpy IS NULL
), walked AS (
  SELECT
    site_code,
    product_id,
    month,
    operation_no,
    operation_count,
    fpy AS rty
  FROM operation
  WHERE operation_no = 1
  UNION ALL
  SELECT
    operation.site_code,
    operation.product_id,
    operation.month,
    operation.operation_no,
    operation.operation_count,
    TRY_CAST(walked.rty * operation.fpy AS DECIMAL(19, 15)) AS rty
  FROM walked
  JOIN operation
    ON operation.site_code = walked.site_code
    AND operation.product_id = walked.product_id
    AND operation.month = walked.month
    AND operation.operation_no = walked.operation_no + 1
)
SELECT
  site_code::TEXT AS site_code,  /* Plant */
  product_id::TEXT AS product_id,  /* Product */
  month::DATE AS month,  /* First day of the month, plant time */
  operation_count::BIGINT AS operation_count,  /* Operations with a first-pass yield in the month */
  rty::DECIMAL(18, 9) AS rty  /* Product of good_qty / entered_qty in operation_code order, kept to 15 decimals on the way */
FROM walked
WHERE operation_no = operation_count
