-- The values of one stream in the order of its chart; a subgroup stands where its first value was taken. Inspected
-- samples are taken together by month of their decision, on the clock of the plant.
WITH point AS (
  SELECT
    subgroup_id, lot_id, operation_code, equipment_id, measured_at, value, NULL::BIGINT AS sample_qty, NULL::BIGINT AS defect_qty,
    source_system, _file_sha256, _row
  FROM mart.spc_value
  WHERE stream_id = $stream_id
  UNION ALL
  SELECT
    STRFTIME(decided_at AT TIME ZONE site.zone_name, '%Y-%m'), NULL, NULL, NULL, decided_at, NULL, sample_qty::BIGINT,
    defect_qty::BIGINT, inspection.source_system, inspection._file_sha256, inspection._row
  FROM core.inspection AS inspection
  INNER JOIN core.site AS site ON site.site_code = inspection.site_code
  WHERE
    inspection.site_code || '|' || inspection.source_system || '|' || product_id || '|' || inspection_kind_code = $stream_id
    AND sample_qty > 0 AND defect_qty BETWEEN 0 AND sample_qty AND NOT decided_at IS NULL
)
SELECT subgroup_id, lot_id, operation_code, equipment_id, measured_at, value, sample_qty, defect_qty
FROM point
ORDER BY
  MIN(measured_at) OVER (PARTITION BY subgroup_id) NULLS LAST, subgroup_id, measured_at NULLS LAST, source_system, _file_sha256, _row
