MODEL (
  name core.equipment,
  kind FULL,
  owner quality,
  grain (equipment_id),
  description 'Machines and gauges with their latest calibration; all of them are in core.equipment_calibration.',
  tags (core),
  audits (not_null(columns := (equipment_id)), unique_values(columns := (equipment_id)))
);

WITH cleaned AS (
  SELECT
    @text(equipment_id) AS equipment_id,
    site_code,
    equipment_name_zh,
    equipment_name_en,
    equipment_type_code,
    calibrated_date,
    calibration_due_date,
    source_system,
    _source_table,
    _file_sha256,
    _row
  FROM @entity(@as_equipment) AS mapped
)
SELECT
  equipment_id::TEXT AS equipment_id,  /* Machine or gauge */
  site_code::TEXT AS site_code,  /* Plant: A, B, C; G for public registers */
  equipment_name_zh::TEXT AS equipment_name_zh,  /* Chinese name */
  equipment_name_en::TEXT AS equipment_name_en,  /* English name */
  equipment_type_code::TEXT AS equipment_type_code,  /* Kind of equipment */
  calibrated_date::DATE AS calibrated_date,  /* Last calibration */
  calibration_due_date::DATE AS calibration_due_date,  /* Calibration falls due */
  source_system::TEXT AS source_system,  /* System the row came from */
  _source_table::TEXT AS _source_table,  /* Contract of the source row */
  _file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  _row::BIGINT AS _row  /* Record number in the file */
FROM cleaned
QUALIFY
  ROW_NUMBER() OVER (
    PARTITION BY equipment_id ORDER BY calibrated_date DESC NULLS LAST, source_system, _file_sha256 DESC, _row DESC
  ) = 1
