MODEL (
  name mart.genealogy_coverage,
  kind FULL,
  owner quality,
  grain (site_code, product_id, month),
  description 'Genealogy coverage (追溯覆盖率): finished lots of which every upstream leaf is a purchased lot with a receipt. Lot by lot in mart.genealogy_coverage_lot.',
  tags (mart, kpi),
  audits (
    not_null(columns := (site_code, product_id, month, finished_lots)),
    unique_combination_of_columns(columns := (site_code, product_id, month))
  )
);

WITH counted AS (
  SELECT
    site_code,
    product_id,
    month,
    COUNT(*) AS finished_lots,
    COUNT(*) FILTER(WHERE is_covered) AS covered_lots
  FROM mart.genealogy_coverage_lot
  GROUP BY site_code, product_id, month
)
SELECT
  site_code::TEXT AS site_code,  /* Plant */
  product_id::TEXT AS product_id,  /* Finished product */
  month::DATE AS month,  /* First day of the month of the first production posting */
  finished_lots::BIGINT AS finished_lots,  /* Produced lots of finished products: the denominator */
  covered_lots::BIGINT AS covered_lots,  /* Lots traced to receipts on every path: the numerator */
  @ratio(covered_lots, finished_lots)::DECIMAL(18, 9) AS coverage  /* covered_lots / finished_lots */
FROM counted
