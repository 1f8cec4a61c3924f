-- Incoming decisions give the quantity rejected, receipts the quantity received.
SELECT
  supplied.site_code, CAST(date_trunc('month', day) AS DATE) AS month,
  '' AS product_id, '' AS operation_code, '' AS equipment_id,
  coalesce(crosswalk.supplier_id, supplied.source_system || ':' || supplied.supplier_code) AS supplier_id,
  record_id, day, numerator, denominator, NULL AS value,
  supplied._source_table, supplied._file_sha256, supplied._row
FROM (
  SELECT inspection.source_system, inspection.site_code, supplier_code, inspection_no AS record_id,
    CAST(decided_at AT TIME ZONE coalesce(zone_name, 'UTC') AS DATE) AS day,
    rejected_qty AS numerator, 0 AS denominator, _source_table, _file_sha256, _row
  FROM core.inspection
  LEFT JOIN core.site USING (site_code)
  WHERE inspection_kind_code = 'incoming' AND decision_code IS NOT NULL AND decided_at IS NOT NULL
  UNION ALL
  SELECT source_system, site_code, supplier_code, movement_id AS record_id, posting_date AS day,
    0 AS numerator, base_qty AS denominator, _source_table, _file_sha256, _row
  FROM core.movement
  WHERE movement_class_code IN ('receipt')
) AS supplied
LEFT JOIN core.supplier_crosswalk AS crosswalk USING (source_system, supplier_code)
WHERE coalesce(crosswalk.supplier_id, supplied.source_system || ':' || supplied.supplier_code) IS NOT NULL
