MODEL (
  name core.finding_equipment,
  kind FULL,
  owner data_platform,
  description 'Findings about equipment: used out of calibration, found out of tolerance after work was done with it, in no register.',
  tags (core),
  audits (not_null(columns := (rule_id, source_table, file_sha256, row_no)))
);

WITH used AS (
  SELECT event.site_code, event.equipment_id, event.lot_id, @plant_date(event.started_at, event.site_code) AS used_date, event._source_table, event._file_sha256, event._row
  FROM core.operation_event AS event
  UNION ALL
  SELECT run.site_code, run.equipment_id, run.lot_id, @plant_date(run.started_at, run.site_code), run._source_table, run._file_sha256, run._row
  FROM core.sterilisation AS run
  UNION ALL
  SELECT result.site_code, result.equipment_id, NULL, @plant_date(result.measured_at, result.site_code), result._source_table, result._file_sha256, result._row
  FROM core.inspection_result AS result
), judged AS (
  SELECT used.*, day.calibration_code, day.calibrated_date, day.calibration_due_date
  FROM used
  INNER JOIN core.equipment_day AS day
    ON day.site_code = used.site_code AND day.equipment_id = used.equipment_id AND day.used_date = used.used_date
  WHERE day.calibration_code <> 'valid'
), doubted AS (
  SELECT site_code, equipment_id, calibrated_date, COUNT(*) AS record_count, COUNT(DISTINCT lot_id) AS lot_count
  FROM judged
  WHERE calibration_code = 'doubtful'
  GROUP BY site_code, equipment_id, calibrated_date
), found AS (
  SELECT
    'DQ-EQP-001' AS rule_id, _source_table, _file_sha256, _row, 'equipment_id' AS column_name,
    equipment_id || ' ' || used_date::TEXT || CASE calibration_code WHEN 'overdue' THEN ' > ' || calibration_due_date::TEXT ELSE ': ' || calibrated_date::TEXT END AS before,
    '设备在使用当日校准超期或不合格 | equipment used after its calibration fell due or failed' AS message
  FROM judged
  WHERE calibration_code IN ('overdue', 'failed')
  UNION ALL
  SELECT
    'DQ-EQP-002', later._source_table, later._file_sha256, later._row, 'calibration_result_code',
    later.equipment_id || ': ' || doubted.record_count::TEXT || ' (' || doubted.lot_count::TEXT || ')',
    '校准发现超差，上次校准以来的工序与测量（批次数）须评估 | found out of tolerance: operations and measurements (lots) since the last calibration to be assessed'
  FROM doubted
  INNER JOIN core.equipment_calibration AS stood
    ON stood.site_code = doubted.site_code AND stood.equipment_id = doubted.equipment_id AND stood.calibrated_date = doubted.calibrated_date
  INNER JOIN core.equipment_calibration AS later
    ON later.site_code = stood.site_code AND later.equipment_id = stood.equipment_id AND later.calibrated_date = stood.next_calibrated_date
  UNION ALL
  SELECT
    'DQ-EQP-003', _source_table, _file_sha256, _row, 'equipment_id', equipment_id || ' ' || used_date::TEXT,
    '设备在使用当日没有校准记录（每台设备报一次） | no calibration of the equipment known for that day (told once for each)'
  FROM judged
  WHERE calibration_code IN ('unknown', 'recalibrated')
  QUALIFY ROW_NUMBER() OVER (PARTITION BY site_code, equipment_id ORDER BY used_date, _source_table, _file_sha256, _row) = 1
)
SELECT
  rule_id::TEXT AS rule_id,  /* Rule that speaks */
  'warned'::TEXT AS action,  /* warned */
  _source_table::TEXT AS source_table,  /* Contract of the source row */
  _file_sha256::TEXT AS file_sha256,  /* File of the source row */
  _row::BIGINT AS row_no,  /* Record number in the file, 1-based */
  column_name::TEXT AS column_name,  /* Column that shows it, in house names */
  before::TEXT AS before,  /* Value that was found */
  NULL::TEXT AS after,  /* Nothing is changed here; NULL */
  message::TEXT AS message  /* The rule in words, Chinese and English */
FROM found
