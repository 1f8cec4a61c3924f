-- Equipment with its calibrations of the year, and days it was used without a valid one.
WITH used AS (
  SELECT equipment_id, count(*) AS used_days,
    count(*) FILTER (calibration_code NOT IN ('valid')) AS doubtful_days
  FROM core.equipment_day WHERE year(used_date) = $year GROUP BY equipment_id
)
SELECT equipment.equipment_id, concat_ws(' | ', equipment.equipment_name_zh, equipment.equipment_name_en) AS equipment_name,
  count(calibration.equipment_id) AS calibrated_count,
  count(*) FILTER (calibration.calibration_result_code = 'failed') AS failed_count,
  max(calibration.calibrated_date) AS calibrated_date, equipment.calibration_due_date,
  coalesce(used.used_days, 0) AS used_days, coalesce(used.doubtful_days, 0) AS doubtful_days
FROM core.equipment AS equipment
LEFT JOIN core.equipment_calibration AS calibration
  ON calibration.equipment_id = equipment.equipment_id AND year(calibration.calibrated_date) = $year
LEFT JOIN used ON used.equipment_id = equipment.equipment_id
WHERE equipment.site_code = $site
GROUP BY ALL
ORDER BY doubtful_days DESC, equipment.equipment_id
