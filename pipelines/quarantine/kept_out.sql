-- What stg.medlake__kept_out holds after the next refresh, undecided: refused files, unread records, untyped rows.
WITH loaded AS (
  SELECT DISTINCT source_table, file_sha256 FROM load WHERE status = 'loaded'
), file AS (
  SELECT source_table, file_sha256, max(file_name) AS file_name FROM load GROUP BY ALL
), kept_out AS (
  SELECT 'file' AS layer_code, source_table, file_sha256, 0 AS row_no, rule_id, '' AS column_name,
    NULL AS before, max(message) AS message, greatest(max(rows_rejected), 1) AS record_count
  FROM load ANTI JOIN loaded USING (source_table, file_sha256)
  WHERE status = 'rejected' AND file_sha256 <> ''
  GROUP BY ALL
  UNION ALL
  SELECT 'landing', source_table, file_sha256, row_no, rule_id, '', raw_text, message, 1 FROM quarantine
  UNION ALL
  SELECT 'stg', source_table, file_sha256, row_no, rule_id, column_name, before, message, 1 FROM finding
)
SELECT layer_code, source_table, coalesce(file_name, '') AS file_name, file_sha256, row_no, rule_id, column_name,
  before, message, record_count
FROM kept_out LEFT JOIN file USING (source_table, file_sha256)
ORDER BY source_table, file_name, file_sha256, row_no, layer_code, rule_id, column_name
