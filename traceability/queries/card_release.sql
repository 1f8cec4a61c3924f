-- The final decision on lots.
SELECT lot_id AS of_lot_id, decision_code, decided_at, decided_by, inspection_no, decision_count
FROM core.release_decision
WHERE lot_id IN (SELECT UNNEST($lot_ids))
