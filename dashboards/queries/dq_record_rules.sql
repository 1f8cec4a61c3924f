-- Rules of reading and typing: records each kept out, by contract and state.
SELECT
  rule_id, source_table, MIN(message) AS message,
  COUNT(DISTINCT (file_sha256, row_no)) AS record_count,
  COUNT(DISTINCT CASE state_code WHEN 'open' THEN (file_sha256, row_no) END) AS open_count
FROM mart.quarantine
GROUP BY rule_id, source_table
ORDER BY open_count DESC, rule_id, source_table
