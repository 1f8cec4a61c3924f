-- Purchase order lines that have fallen due.
SELECT
  supplied.site_code, CAST(date_trunc('month', day) AS DATE) AS month,
  '' AS product_id, '' AS operation_code, '' AS equipment_id,
  coalesce(crosswalk.supplier_id, supplied.source_system || ':' || supplied.supplier_code) AS supplier_id,
  record_id, day, numerator, denominator, NULL AS value,
  supplied._source_table, supplied._file_sha256, supplied._row
FROM (
  SELECT due.source_system, due.site_code, due.supplier_code,
    due.purchase_order_no || '/' || due.po_line_no AS record_id, due.due_date AS day,
    CASE WHEN due.is_on_time THEN 1 ELSE 0 END AS numerator, 1 AS denominator, _source_table, _file_sha256, _row
  FROM mart.po_line_delivery AS due
  JOIN core.purchase_order_line AS line USING (site_code, purchase_order_no, po_line_no)
) AS supplied
LEFT JOIN core.supplier_crosswalk AS crosswalk USING (source_system, supplier_code)
WHERE coalesce(crosswalk.supplier_id, supplied.source_system || ':' || supplied.supplier_code) IS NOT NULL
