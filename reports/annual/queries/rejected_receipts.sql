-- Incoming inspections of the year that were not accepted as they came.
SELECT inspection.inspection_no, CAST(inspection.decided_at AT TIME ZONE $zone AS DATE) AS decided_date,
  supplier.supplier_name, inspection.product_code,
  concat_ws(' | ', product.product_name_zh, product.product_name_en) AS product_name, inspection.lot_no,
  inspection.lot_qty, inspection.defect_qty, inspection.rejected_qty, inspection.decision_code, inspection.decided_by
FROM core.inspection AS inspection
LEFT JOIN core.product AS product ON product.product_id = inspection.product_id
LEFT JOIN core.supplier_crosswalk AS crosswalk
  ON crosswalk.site_code = inspection.site_code AND crosswalk.supplier_code = inspection.supplier_code
LEFT JOIN core.supplier AS supplier ON supplier.supplier_id = crosswalk.supplier_id
WHERE inspection.site_code = $site AND inspection.inspection_kind_code = 'incoming'
  AND inspection.decision_code IN ('rejected', 'concession')
  AND year(inspection.decided_at AT TIME ZONE $zone) = $year
ORDER BY decided_date, inspection.inspection_no
