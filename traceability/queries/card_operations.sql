-- Operations and sterilisations of lots, with the state of the equipment's calibration on that day (plant calendar).
WITH worked AS (
  SELECT lot_id AS of_lot_id, event_id, order_no, operation_code, operation_name, site_code, equipment_id, operator_id, started_at, ended_at,
    input_qty, good_qty, scrap_qty, rework_qty, pass_no
  FROM core.operation_event
  WHERE lot_id IN (SELECT UNNEST($lot_ids))
  UNION ALL
  SELECT lot_id, sterilisation_lot_no, NULL, 'STERILISATION', NULL, site_code, equipment_id, NULL, started_at, ended_at,
    qty, NULL, NULL, NULL, NULL
  FROM core.sterilisation
  WHERE lot_id IN (SELECT UNNEST($lot_ids))
), dated AS (
  SELECT worked.*, CAST(TIMEZONE(COALESCE(place.zone_name, 'UTC'), worked.started_at) AS DATE) AS used_date
  FROM worked
  LEFT JOIN core.site AS place USING (site_code)
)
SELECT
  dated.* EXCLUDE (site_code, used_date),
  equipment.equipment_name_zh,
  equipment.equipment_name_en,
  day.calibrated_date,
  day.calibration_due_date,
  day.certificate_no,
  COALESCE(day.calibration_code, 'unknown') AS calibration_code
FROM dated
LEFT JOIN core.equipment AS equipment ON equipment.equipment_id = dated.equipment_id
LEFT JOIN core.equipment_day AS day
  ON day.site_code = dated.site_code AND day.equipment_id = dated.equipment_id AND day.used_date = dated.used_date
ORDER BY dated.started_at, dated.event_id
