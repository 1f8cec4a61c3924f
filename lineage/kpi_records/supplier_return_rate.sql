-- Returns to suppliers and receipts, reversals among them.
SELECT
  supplied.site_code, CAST(date_trunc('month', day) AS DATE) AS month,
  '' AS product_id, '' AS operation_code, '' AS equipment_id,
  coalesce(crosswalk.supplier_id, supplied.source_system || ':' || supplied.supplier_code) AS supplier_id,
  record_id, day, numerator, denominator, NULL AS value,
  supplied._source_table, supplied._file_sha256, supplied._row
FROM (
  SELECT source_system, site_code, supplier_code, movement_id AS record_id, posting_date AS day,
    CASE movement_class_code WHEN 'return_to_supplier' THEN -base_qty ELSE 0 END AS numerator, CASE movement_class_code WHEN 'receipt' THEN base_qty ELSE 0 END AS denominator, _source_table, _file_sha256, _row
  FROM core.movement
  WHERE movement_class_code IN ('receipt', 'return_to_supplier')
) AS supplied
LEFT JOIN core.supplier_crosswalk AS crosswalk USING (source_system, supplier_code)
WHERE coalesce(crosswalk.supplier_id, supplied.source_system || ':' || supplied.supplier_code) IS NOT NULL
