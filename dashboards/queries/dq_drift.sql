-- Columns that did not come as their contract says.
SELECT source_table, kind_code, column_name, found_name, decision_code, file_name, record_count, message, detected_at
FROM mart.drift
ORDER BY (decision_code IN ('refuse', 'quarantine')) DESC, detected_at DESC, source_table, file_name, kind_code, column_name, found_name
