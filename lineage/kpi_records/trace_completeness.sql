-- Produced lots; the address is that of the lot's master record, which a lot known from postings only has not.
SELECT
  whole.site_code, whole.month,
  whole.product_id, '' AS operation_code, '' AS equipment_id, '' AS supplier_id,
  whole.lot_id AS record_id, lot.manufactured_date AS day,
  accounted_qty AS numerator, produced_qty AS denominator, NULL AS value,
  _source_table, _file_sha256, _row
FROM mart.lot_trace_completeness AS whole
LEFT JOIN core.lot USING (lot_id)
