-- Inspections of lots.
SELECT
  lot_id AS of_lot_id,
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
WHERE lot_id IN (SELECT UNNEST($lot_ids))
ORDER BY created_date, inspection_no
