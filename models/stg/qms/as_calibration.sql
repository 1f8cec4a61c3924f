MODEL (
  name stg.qms__as_calibration,
  kind EMBEDDED,
  owner quality_management,
  grain (equipment_id, calibrated_date),
  description 'Calibrations of the equipment of both plants, one row each.',
  tags (stg, qms)
);

SELECT
  register.equipment_id::TEXT AS equipment_id,  /* Equipment id, the same as in the MES */
  register.site_code::TEXT AS site_code,  /* Plant: A or B */
  register.calibrated_date::DATE AS calibrated_date,  /* Day of the calibration */
  register.calibration_due_date::DATE AS calibration_due_date,  /* Day the next calibration is due */
  register.calibration_result_code::TEXT AS calibration_result_code,  /* passed, adjusted or failed; NULL before version 1.1.0 of the register */
  register.certificate_no::TEXT AS certificate_no,  /* Certificate of the calibration */
  'qms'::TEXT AS source_system,  /* System the row came from */
  register._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  register._row::BIGINT AS _row  /* Record number in the file */
FROM stg.qms__equipment AS register
WHERE
  NOT register.calibrated_date IS NULL
