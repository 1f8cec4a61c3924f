-- In = out + merged + quarantined + rejected, summed per stage.
SELECT
  stage_code,
  COUNT(*) AS table_count,
  SUM(rows_in)::BIGINT AS rows_in,
  SUM(rows_out)::BIGINT AS rows_out,
  SUM(rows_merged)::BIGINT AS rows_merged,
  SUM(rows_quarantined)::BIGINT AS rows_quarantined,
  SUM(rows_rejected)::BIGINT AS rows_rejected,
  COUNT(*) FILTER (WHERE NOT is_balanced) AS unbalanced_count
FROM mart.conservation
GROUP BY stage_code
ORDER BY ARRAY_POSITION(['landing', 'raw', 'stg', 'core'], stage_code)
