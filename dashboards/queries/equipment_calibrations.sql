-- Every calibration of one machine or gauge, newest first, with its origin.
WITH file AS (
  SELECT source_table, file_sha256, MIN(file_name) AS file_name FROM mart.file GROUP BY ALL
)
SELECT
  calibrated_date, calibration_due_date, calibration_result_code, certificate_no, valid_from_date, valid_until_date,
  file.file_name, _row AS row_no
FROM core.equipment_calibration AS calibration
LEFT JOIN file ON file.source_table = calibration._source_table AND file.file_sha256 = calibration._file_sha256
WHERE equipment_id = $equipment_id AND site_code = $site_code
ORDER BY calibrated_date DESC
