-- Shifts of work units; the address is that of the planned shift.
SELECT
  oee.site_code, CAST(date_trunc('month', shift_date) AS DATE) AS month,
  '' AS product_id, '' AS operation_code, equipment_id, '' AS supplier_id,
  equipment_id || '/' || shift_code AS record_id, shift_date AS day,
  production_s AS numerator, planned_busy_s AS denominator, NULL AS value,
  _source_table, _file_sha256, _row
FROM mart.oee
LEFT JOIN core.shift USING (equipment_id, shift_date, shift_code)
