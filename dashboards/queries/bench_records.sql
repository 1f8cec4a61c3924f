-- Every record that was kept out, by rule, as the release has it.
SELECT
  layer_code, source_table, COALESCE(file_name, '') AS file_name, file_sha256, row_no, rule_id, column_name, before, message,
  record_count, state_code
FROM mart.quarantine
ORDER BY source_table, file_name, file_sha256, row_no, layer_code, rule_id, column_name
