-- Operations and sterilisations of the lot, with the equipment's calibration on that day (plant calendar).
WITH worked AS (
  SELECT event_id, order_no, operation_code, operation_name, equipment_id, operator_id, started_at, ended_at,
    input_qty, good_qty, scrap_qty, rework_qty, pass_no
  FROM core.operation_event
  WHERE lot_id = $lot_id
  UNION ALL
  SELECT sterilisation_lot_no, NULL, 'STERILISATION', NULL, equipment_id, NULL, started_at, ended_at,
    qty, NULL, NULL, NULL, NULL
  FROM core.sterilisation
  WHERE lot_id = $lot_id
), dated AS (
  SELECT *, CAST(TIMEZONE('Asia/Shanghai', started_at) AS DATE) AS worked_date FROM worked
)
SELECT
  dated.* EXCLUDE (worked_date),
  equipment.equipment_name_zh,
  equipment.equipment_name_en,
  equipment.calibrated_date,
  equipment.calibration_due_date,
  CASE
    WHEN equipment.equipment_id IS NULL OR equipment.calibration_due_date IS NULL THEN 'unknown'
    WHEN dated.worked_date > equipment.calibration_due_date THEN 'overdue'
    WHEN dated.worked_date < equipment.calibrated_date THEN 'recalibrated'
    ELSE 'valid'
  END AS calibration_code
FROM dated
LEFT JOIN core.equipment AS equipment USING (equipment_id)
ORDER BY dated.started_at, dated.event_id
