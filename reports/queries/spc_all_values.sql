-- Every value and every sample of every stream, in the order of dashboards/queries/spc_points.sql.
WITH point AS (
  SELECT stream_id, subgroup_id, measured_at, value::DOUBLE AS value, lower_limit::DOUBLE AS lower_limit,
    upper_limit::DOUBLE AS upper_limit, 0::BIGINT AS sample_qty, 0::BIGINT AS defect_qty,
    source_system, _file_sha256, _row
  FROM mart.spc_value
  UNION ALL
  SELECT
    inspection.site_code || '|' || inspection.source_system || '|' || product_id || '|' || inspection_kind_code,
    STRFTIME(decided_at AT TIME ZONE site.zone_name, '%Y-%m'), decided_at, 0, NULL, NULL, sample_qty::BIGINT, defect_qty::BIGINT,
    inspection.source_system, inspection._file_sha256, inspection._row
  FROM core.inspection AS inspection
  INNER JOIN core.site AS site ON site.site_code = inspection.site_code
  WHERE sample_qty > 0 AND defect_qty BETWEEN 0 AND sample_qty AND NOT decided_at IS NULL AND NOT product_id IS NULL
)
SELECT
  DENSE_RANK() OVER (ORDER BY stream_id) AS stream_no, stream_id, subgroup_id, value,
  lower_limit, upper_limit, sample_qty, defect_qty
FROM point
ORDER BY
  stream_id, MIN(measured_at) OVER (PARTITION BY stream_id, subgroup_id) NULLS LAST, subgroup_id, measured_at NULLS LAST,
  source_system, _file_sha256, _row
