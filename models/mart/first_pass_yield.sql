MODEL (
  name mart.first_pass_yield,
  kind FULL,
  owner production,
  grain (site_code, product_id, operation_code, month),
  description 'First-pass yield (一次合格率) per operation: good units of first passes over the units that entered; rework passes are out of both.',
  tags (mart, kpi),
  audits (
    not_null(columns := (site_code, product_id, operation_code, month)),
    unique_combination_of_columns(columns := (site_code, product_id, operation_code, month))
  )
);

WITH first_pass AS (
  SELECT
    event.site_code,
    COALESCE(product.product_id, event.source_system || ':' || event.product_code) AS product_id,
    event.operation_code,
    @first_of_month(@plant_date(event.ended_at, event.site_code)) AS month,
    event.good_qty,
    event.input_qty
  FROM core.operation_event AS event
  LEFT JOIN core.product AS product
    ON product.site_code = event.site_code AND product.product_code = event.product_code
  WHERE
    event.pass_no = 1
    AND NOT event.ended_at IS NULL
    AND NOT event.operation_code IS NULL
    AND NOT event.product_code IS NULL
), summed AS (
  SELECT
    site_code,
    product_id,
    operation_code,
    month,
    SUM(good_qty) AS good_qty,
    SUM(input_qty) AS entered_qty
  FROM first_pass
  GROUP BY site_code, product_id, operation_code, month
)
SELECT
  site_code::TEXT AS site_code,  /* Plant */
  product_id::TEXT AS product_id,  /* Product made by the operation */
  operation_code::TEXT AS operation_code,  /* Operation of the routing */
  month::DATE AS month,  /* First day of the month in which the operation ended, plant time */
  good_qty::DECIMAL(18, 3) AS good_qty,  /* Units good at the first pass, base unit: the numerator */
  entered_qty::DECIMAL(18, 3) AS entered_qty,  /* Units that entered the first pass, base unit: the denominator */
  @ratio(good_qty, entered_qty)::DECIMAL(28, 9) AS fpy  /* good_qty / entered_qty */
FROM summed
