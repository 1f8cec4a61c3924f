MODEL (
  name core.equipment_day,
  kind FULL,
  owner quality,
  grain (site_code, equipment_id, used_date),
  description 'Every day on which a machine or gauge was worked or measured with, and the state of its calibration on that day.',
  tags (core),
  audits (not_null(columns := (site_code, equipment_id, used_date, calibration_code)), unique_combination_of_columns(columns := (site_code, equipment_id, used_date)))
);

WITH used AS (
  SELECT event.site_code, event.equipment_id, @plant_date(event.started_at, event.site_code) AS used_date
  FROM core.operation_event AS event
  UNION
  SELECT run.site_code, run.equipment_id, @plant_date(run.started_at, run.site_code)
  FROM core.sterilisation AS run
  UNION
  SELECT result.site_code, result.equipment_id, @plant_date(result.measured_at, result.site_code)
  FROM core.inspection_result AS result
), registered AS (
  SELECT DISTINCT site_code, equipment_id FROM core.equipment_calibration
)
SELECT
  used.equipment_id::TEXT AS equipment_id,  /* Machine or gauge */
  used.site_code::TEXT AS site_code,  /* Plant: A, B, C; G for public registers */
  used.used_date::DATE AS used_date,  /* Day of use, plant calendar */
  stood.calibrated_date::DATE AS calibrated_date,  /* Calibration in force on that day */
  stood.calibration_due_date::DATE AS calibration_due_date,  /* Last day that calibration stands */
  stood.certificate_no::TEXT AS certificate_no,  /* Certificate of that calibration */
  (CASE
    WHEN registered.equipment_id IS NULL THEN 'unknown'
    WHEN stood.equipment_id IS NULL THEN 'recalibrated'
    WHEN stood.calibration_result_code = 'failed' THEN 'failed'
    WHEN stood.calibration_due_date IS NULL THEN 'unknown'
    WHEN used.used_date > stood.calibration_due_date THEN 'overdue'
    WHEN stood.next_result_code IN ('adjusted', 'failed') THEN 'doubtful'
    ELSE 'valid'
  END)::TEXT AS calibration_code  /* valid, overdue, failed, doubtful (the next one found it out of tolerance), recalibrated (only a later one is known) or unknown (none is) */
FROM used
LEFT JOIN registered
  ON registered.site_code = used.site_code AND registered.equipment_id = used.equipment_id
LEFT JOIN core.equipment_calibration AS stood
  ON stood.site_code = used.site_code AND stood.equipment_id = used.equipment_id
  AND stood.calibrated_date <= used.used_date
  AND (stood.next_calibrated_date IS NULL OR used.used_date < stood.next_calibrated_date)
WHERE
  NOT used.equipment_id IS NULL AND NOT used.used_date IS NULL
