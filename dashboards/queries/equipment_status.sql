-- Machines and gauges with the state of their calibration on the day the data speaks to.
WITH as_of AS (
  SELECT MAX(as_of_date) AS day FROM mart.as_of
), latest AS (
  SELECT *
  FROM core.equipment_calibration
  QUALIFY ROW_NUMBER() OVER (PARTITION BY site_code, equipment_id ORDER BY calibrated_date DESC) = 1
), doubt AS (
  SELECT site_code, equipment_id, COUNT(*) AS doubtful_count
  FROM core.equipment_calibration
  WHERE calibration_result_code IN ('adjusted', 'failed')
  GROUP BY ALL
)
SELECT
  equipment.equipment_id, equipment.site_code, equipment.equipment_name_zh, equipment.equipment_name_en,
  CASE
    WHEN latest.calibrated_date IS NULL THEN 'unknown'
    WHEN latest.calibration_result_code = 'failed' THEN 'failed'
    WHEN latest.calibration_due_date < as_of.day THEN 'overdue'
    WHEN latest.calibration_due_date < as_of.day + INTERVAL 30 DAY THEN 'due_soon'
    ELSE 'valid'
  END AS state_code,
  latest.calibrated_date, latest.calibration_due_date, DATE_DIFF('day', as_of.day, latest.calibration_due_date) AS days_left,
  latest.calibration_result_code, latest.certificate_no, COALESCE(doubt.doubtful_count, 0) AS doubtful_count
FROM core.equipment AS equipment
CROSS JOIN as_of
LEFT JOIN latest USING (site_code, equipment_id)
LEFT JOIN doubt USING (site_code, equipment_id)
ORDER BY
  ARRAY_POSITION(['failed', 'overdue', 'due_soon', 'unknown', 'valid'], state_code), latest.calibration_due_date,
  equipment.equipment_id
