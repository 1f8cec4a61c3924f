-- Every number that some system writes for a lot, with the lot: its own, all spellings, the supplier's.
SELECT lot_no AS lot_text, lot_id FROM core.lot
UNION
SELECT spelling.lot_text, crosswalk.lot_id
FROM core.lot_spelling AS spelling
JOIN core.lot_crosswalk AS crosswalk ON crosswalk.spelling_id = spelling.spelling_id
WHERE crosswalk.lot_id IS NOT NULL
UNION
SELECT supplier_lot_no, lot_id FROM core.lot WHERE supplier_lot_no IS NOT NULL
