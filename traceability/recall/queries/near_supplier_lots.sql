-- Own lots whose supplier's lot number looks like a mistyped text: edit distance, ties by id.
SELECT lot_id
FROM core.lot
WHERE supplier_lot_no IS NOT NULL
  AND LEVENSHTEIN(UPPER(supplier_lot_no), UPPER($text)) <= GREATEST(2, LENGTH($text) // 4)
ORDER BY LEVENSHTEIN(UPPER(supplier_lot_no), UPPER($text)), lot_id
LIMIT $at_most
