-- Finished lots; the address is that of the lot's master record, which a lot known from postings only has not.
SELECT
  finished.site_code, finished.month,
  finished.product_id, '' AS operation_code, '' AS equipment_id, '' AS supplier_id,
  finished.lot_id AS record_id, lot.manufactured_date AS day,
  CASE WHEN is_covered THEN 1 ELSE 0 END AS numerator, 1 AS denominator, NULL AS value,
  _source_table, _file_sha256, _row
FROM mart.genealogy_coverage_lot AS finished
LEFT JOIN core.lot USING (lot_id)
