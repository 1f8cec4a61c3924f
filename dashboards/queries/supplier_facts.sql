-- What is on record about suppliers: whether purchasing is blocked, and how their goods did in the last twelve months.
WITH wanted AS (
  SELECT DISTINCT crosswalk.supplier_id
  FROM core.supplier_crosswalk AS crosswalk
  WHERE (crosswalk.site_code || ':' || crosswalk.supplier_code) IN (SELECT UNNEST($suppliers::TEXT[]))
), recent AS (
  SELECT
    supplier_id,
    SUM(inspected_lots)::BIGINT AS inspected_count,
    SUM(accepted_lots)::BIGINT AS accepted_count,
    SUM(lines_due)::BIGINT AS due_count,
    SUM(lines_on_time)::BIGINT AS on_time_count
  FROM mart.supplier_performance
  WHERE month > (SELECT MAX(as_of_date) FROM mart.as_of) - INTERVAL 12 MONTH
    AND supplier_id IN (SELECT supplier_id FROM wanted)
  GROUP BY supplier_id
)
SELECT
  supplier.supplier_id,
  supplier.supplier_name,
  supplier.is_blocked,
  COALESCE(recent.inspected_count, 0) AS inspected_count,
  COALESCE(recent.accepted_count, 0) AS accepted_count,
  COALESCE(recent.due_count, 0) AS due_count,
  COALESCE(recent.on_time_count, 0) AS on_time_count
FROM wanted
JOIN core.supplier AS supplier USING (supplier_id)
LEFT JOIN recent USING (supplier_id)
ORDER BY supplier.supplier_id
