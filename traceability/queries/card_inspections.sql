-- Inspections of the lot.
SELECT
  inspection_no,
  inspection_kind_code,
  lot_qty,
  sample_qty,
  defect_qty,
  accepted_qty,
  rejected_qty,
  decision_code,
  decided_at,
  decided_by,
  created_date
FROM core.inspection
WHERE lot_id = $lot_id
ORDER BY created_date, inspection_no
