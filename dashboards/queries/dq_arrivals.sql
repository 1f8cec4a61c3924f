-- Every period that was promised or came.
SELECT
  source_table, tenant_code, site_code, period_start_date, period_end_date, due_date, state_code, file_count, rows_in, volume_code,
  rule_id
FROM mart.arrival
ORDER BY source_table, site_code, period_start_date
