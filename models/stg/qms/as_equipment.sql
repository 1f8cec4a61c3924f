MODEL (
  name stg.qms__as_equipment,
  kind EMBEDDED,
  owner quality_management,
  grain (equipment_id, calibrated_date),
  description 'Equipment of both plants, a row for each calibration.',
  tags (stg, qms)
);

SELECT
  register.equipment_id::TEXT AS equipment_id,  /* Equipment id, the same as in the MES */
  register.site_code::TEXT AS site_code,  /* Plant: A or B */
  register.equipment_name_zh::TEXT AS equipment_name_zh,  /* Chinese name */
  register.equipment_name_en::TEXT AS equipment_name_en,  /* English name */
  register.equipment_type_code::TEXT AS equipment_type_code,  /* Kind of equipment */
  register.calibrated_date::DATE AS calibrated_date,  /* Day of the calibration */
  register.calibration_due_date::DATE AS calibration_due_date,  /* Day the next calibration is due */
  'qms'::TEXT AS source_system,  /* System the row came from */
  register._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  register._row::BIGINT AS _row  /* Record number in the file */
FROM stg.qms__equipment AS register
