-- Lots of devices whose serial number looks like a mistyped text: edit distance, ties by id.
SELECT lot_id
FROM core.serial
WHERE lot_id IS NOT NULL AND LEVENSHTEIN(serial_no, UPPER($text)) <= 2
GROUP BY lot_id
ORDER BY MIN(LEVENSHTEIN(serial_no, UPPER($text))), lot_id
LIMIT $at_most
