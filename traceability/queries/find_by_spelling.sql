-- Lots by the way a system writes them: a part, a prefix, zeros more or less, a sterilisation lot in the field.
SELECT 'spelling' AS kind, MIN(lot_text) AS matched, lot_id
FROM core.lot_crosswalk
WHERE lot_id IS NOT NULL AND match_rule_code <> 'exact' AND UPPER(lot_text) IN (UPPER($text), $lot_no)
GROUP BY lot_id
ORDER BY lot_id
