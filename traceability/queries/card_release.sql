-- The final decision on the lot.
SELECT decision_code, decided_at, decided_by, inspection_no, decision_count
FROM core.release_decision
WHERE lot_id = $lot_id
