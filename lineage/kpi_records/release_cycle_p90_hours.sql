-- Released lots with a recorded end of production; the address is that of the decision.
SELECT
  cycle.site_code, cycle.month,
  cycle.product_id, '' AS operation_code, '' AS equipment_id, '' AS supplier_id,
  cycle.lot_id AS record_id, CAST(cycle.decided_at AT TIME ZONE coalesce(zone_name, 'UTC') AS DATE) AS day,
  NULL AS numerator, 1 AS denominator, release_hours AS value,
  _source_table, _file_sha256, _row
FROM mart.release_cycle_lot AS cycle
LEFT JOIN core.site ON site.site_code = cycle.site_code
LEFT JOIN core.release_decision AS decision USING (lot_id)
WHERE release_hours IS NOT NULL
