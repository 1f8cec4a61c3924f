-- The books of one table, file by file.
SELECT file_name, status, rows_in, rows_loaded, rows_quarantined, rows_rejected, rows_raw, is_balanced, control_code
FROM mart.file
WHERE source_table = $table
ORDER BY file_name, file_sha256, contract_version
