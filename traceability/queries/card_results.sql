-- Measured characteristics of the lot's inspections.
SELECT
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
WHERE inspection.lot_id = $lot_id
ORDER BY result.inspection_no, result.characteristic_name, result.measured_at, result._file_sha256, result._row
