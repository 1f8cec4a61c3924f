-- Incoming decisions, receipts and returns, and due order lines of a supplier in a month.
WITH supplied AS (
  SELECT 'inspected_lots' AS part, source_system, site_code, supplier_code,
    CAST(decided_at AT TIME ZONE (SELECT zone_name FROM core.site WHERE site_code = $site_code) AS DATE) AS day, _source_table, _file_sha256, _row
  FROM core.inspection
  WHERE inspection_kind_code = 'incoming' AND decision_code IS NOT NULL AND decided_at IS NOT NULL
  UNION ALL
  SELECT CASE movement_class_code WHEN 'receipt' THEN 'received_qty' ELSE 'returned_qty' END,
    source_system, site_code, supplier_code, posting_date, _source_table, _file_sha256, _row
  FROM core.movement
  WHERE movement_class_code IN ('receipt', 'return_to_supplier')
  UNION ALL
  SELECT 'lines_due', line.source_system, line.site_code, line.supplier_code, line.due_date,
    line._source_table, line._file_sha256, line._row
  FROM core.purchase_order_line AS line
  JOIN mart.po_line_delivery AS due USING (site_code, purchase_order_no, po_line_no)
)
SELECT part, supplied._source_table, supplied._file_sha256, supplied._row
FROM supplied
LEFT JOIN core.supplier_crosswalk AS crosswalk USING (source_system, supplier_code)
WHERE supplied.site_code = $site_code
  AND coalesce(crosswalk.supplier_id, source_system || ':' || supplier_code) = $supplier_id
  AND date_trunc('month', day) = CAST($month AS DATE)
