-- How each system writes the lot, and the rule that joined it.
SELECT source_system, lot_text, match_rule_code, part_no, sterilisation_lot_no, record_count
FROM core.lot_crosswalk
WHERE lot_id = $lot_id
ORDER BY source_system, lot_text
