-- The books of every stage and table.
SELECT stage_code, name, rows_in, rows_out, rows_merged, rows_quarantined, rows_rejected, is_balanced
FROM mart.conservation
ORDER BY ARRAY_POSITION(['landing', 'raw', 'stg', 'core'], stage_code), name
