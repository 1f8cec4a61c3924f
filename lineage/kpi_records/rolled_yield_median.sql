-- Products with a rolled yield: each is made of all first passes of its operations, listed under first-pass yield.
SELECT
  site_code, month,
  product_id, '' AS operation_code, '' AS equipment_id, '' AS supplier_id,
  product_id AS record_id, month AS day,
  NULL AS numerator, 1 AS denominator, rty AS value,
  NULL AS _source_table, NULL AS _file_sha256, NULL AS _row
FROM mart.rolled_yield
WHERE rty IS NOT NULL
