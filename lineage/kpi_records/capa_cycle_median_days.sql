-- CAPAs that have been closed; a closure before the opening is no duration.
SELECT
  site_code, CAST(date_trunc('month', closed_date) AS DATE) AS month,
  '' AS product_id, '' AS operation_code, '' AS equipment_id, '' AS supplier_id,
  capa_no AS record_id, closed_date AS day,
  NULL AS numerator, 1 AS denominator, date_diff('day', opened_date, closed_date) AS value,
  _source_table, _file_sha256, _row
FROM core.capa
WHERE closed_date >= opened_date
