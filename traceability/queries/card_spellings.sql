-- How each system writes lots, and the rule that joined it.
SELECT lot_id AS of_lot_id, source_system, lot_text, match_rule_code, part_no, sterilisation_lot_no, record_count
FROM core.lot_crosswalk
WHERE lot_id IN (SELECT UNNEST($lot_ids))
ORDER BY source_system, lot_text
