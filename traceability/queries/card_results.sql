-- Measured characteristics of the inspections of lots.
SELECT
  inspection.lot_id AS of_lot_id,
  result.inspection_no,
  result.characteristic_name,
  result.value_text,
  result.value,
  result.unit_code,
  result.lower_limit,
  result.upper_limit,
  result.result_code,
  result.equipment_id,
  result.measured_at
FROM core.inspection_result AS result
JOIN core.inspection AS inspection USING (site_code, inspection_no)
WHERE inspection.lot_id IN (SELECT UNNEST($lot_ids))
ORDER BY result.inspection_no, result.characteristic_name, result.measured_at, result._file_sha256, result._row
