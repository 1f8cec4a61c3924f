-- Records opened and closed by kind, plant and month; a record closed before it was opened is not counted as closed.
WITH event AS (
  SELECT kind_code, site_code, DATE_TRUNC('month', opened_date)::DATE AS month, 1 AS opened_count, 0 AS closed_count
  FROM mart.quality_record
  UNION ALL
  SELECT kind_code, site_code, DATE_TRUNC('month', closed_date)::DATE, 0, 1
  FROM mart.quality_record
  WHERE NOT is_open AND NOT is_contradictory
)
SELECT kind_code, site_code, month, SUM(opened_count)::BIGINT AS opened_count, SUM(closed_count)::BIGINT AS closed_count
FROM event
GROUP BY kind_code, site_code, month
ORDER BY kind_code, site_code, month
