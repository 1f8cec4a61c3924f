-- Lots whose number looks like a mistyped text: edit distance, ties by id.
SELECT lot_id
FROM core.lot
WHERE lot_no IS NOT NULL AND LEVENSHTEIN(lot_no, $lot_no) <= GREATEST(2, LENGTH($lot_no) // 4)
ORDER BY LEVENSHTEIN(lot_no, $lot_no), lot_id
LIMIT $at_most
