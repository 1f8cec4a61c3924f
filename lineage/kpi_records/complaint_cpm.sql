-- Complaints of the month; shipments and customer returns of the month and the eleven before.
SELECT
  site_code, CAST(date_trunc('month', received_date) AS DATE) AS month,
  product_id, '' AS operation_code, '' AS equipment_id, '' AS supplier_id,
  complaint_no AS record_id, received_date AS day, 1 AS numerator, 0 AS denominator, NULL AS value,
  _source_table, _file_sha256, _row
FROM core.complaint
WHERE product_id IS NOT NULL AND received_date IS NOT NULL
UNION ALL
SELECT
  site_code, CAST(date_trunc('month', posting_date) + to_months(CAST(later AS INTEGER)) AS DATE),
  product_id, '', '', '',
  movement_id, posting_date, 0, -base_qty, NULL,
  _source_table, _file_sha256, _row
FROM core.movement
CROSS JOIN range(12) AS lag_month(later)
WHERE movement_class_code IN ('shipment', 'customer_return')
