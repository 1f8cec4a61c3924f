-- CAPAs that have fallen due by the day the data speaks to.
SELECT
  site_code, CAST(date_trunc('month', due_date) AS DATE) AS month,
  '' AS product_id, '' AS operation_code, '' AS equipment_id, '' AS supplier_id,
  capa_no AS record_id, due_date AS day,
  CASE WHEN closed_date <= due_date THEN 1 ELSE 0 END AS numerator, 1 AS denominator, NULL AS value,
  _source_table, _file_sha256, _row
FROM core.capa
WHERE due_date <= (SELECT as_of_date FROM mart.as_of)
