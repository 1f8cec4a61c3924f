MODEL (
  name core.equipment_calibration,
  kind FULL,
  owner quality,
  grain (site_code, equipment_id, calibrated_date),
  description 'Every calibration of a machine or gauge: what it found, and from when until when it stands.',
  tags (core),
  audits (not_null(columns := (site_code, equipment_id, calibrated_date)), unique_combination_of_columns(columns := (site_code, equipment_id, calibrated_date)))
);

WITH cleaned AS (
  SELECT
    @text(equipment_id) AS equipment_id, site_code, calibrated_date, calibration_due_date, calibration_result_code,
    @text(certificate_no) AS certificate_no, source_system, _source_table, _file_sha256, _row
  FROM @entity(@as_calibration) AS mapped
), kept AS (
  SELECT * FROM cleaned QUALIFY @is_survivor(site_code, equipment_id, calibrated_date)
), followed AS (
  SELECT
    *,
    LEAD(calibrated_date) OVER (PARTITION BY site_code, equipment_id ORDER BY calibrated_date) AS next_date,
    LEAD(calibration_result_code) OVER (PARTITION BY site_code, equipment_id ORDER BY calibrated_date) AS next_code
  FROM kept
)
SELECT
  equipment_id::TEXT AS equipment_id,  /* Machine or gauge */
  site_code::TEXT AS site_code,  /* Plant: A, B, C; G for public registers */
  calibrated_date::DATE AS calibrated_date,  /* Day of the calibration */
  calibration_due_date::DATE AS calibration_due_date,  /* Last day it stands */
  calibration_result_code::TEXT AS calibration_result_code,  /* passed, adjusted (found out of tolerance and set right) or failed; NULL when the register does not say */
  certificate_no::TEXT AS certificate_no,  /* Certificate of the calibration */
  (CASE WHEN COALESCE(calibration_result_code, '') <> 'failed' THEN calibrated_date END)::DATE AS valid_from_date,  /* First day it allows work; NULL when it failed */
  (CASE WHEN COALESCE(calibration_result_code, '') <> 'failed' THEN LEAST(calibration_due_date, next_date - INTERVAL 1 DAY) END)::DATE AS valid_until_date,  /* Last day it allows work: due day, or the day before the next one */
  next_date::DATE AS next_calibrated_date,  /* Next calibration of the same equipment */
  next_code::TEXT AS next_result_code,  /* What that one found; out of tolerance makes the work since this one doubtful (ISO 13485, 7.6) */
  source_system::TEXT AS source_system,  /* System the row came from */
  _source_table::TEXT AS _source_table,  /* Contract of the source row */
  _file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  _row::BIGINT AS _row  /* Record number in the file */
FROM followed
