-- How new the data of some source tables are, and what of their promised extracts is late or missing.
WITH came AS (
  SELECT
    source_table,
    COUNT(*) FILTER (WHERE status = 'loaded') AS file_count,
    MAX(loaded_at) FILTER (WHERE status = 'loaded') AS loaded_at,
    ARG_MAX(file_name, loaded_at) FILTER (WHERE status = 'loaded') AS newest_file
  FROM mart.file
  GROUP BY source_table
), promised AS (
  SELECT
    source_table,
    MAX(period_end_date) FILTER (WHERE file_count > 0) AS newest_date,
    COUNT(*) FILTER (WHERE state_code = 'late') AS late_count,
    COUNT(*) FILTER (WHERE state_code IN ('missing', 'refused')) AS missing_count
  FROM mart.arrival
  GROUP BY source_table
)
SELECT
  source_table, newest_date, loaded_at, newest_file,
  COALESCE(file_count, 0)::BIGINT AS file_count, late_count::BIGINT AS late_count, missing_count::BIGINT AS missing_count
FROM (SELECT UNNEST($tables) AS source_table)
LEFT JOIN came USING (source_table)
LEFT JOIN promised USING (source_table)
ORDER BY source_table
