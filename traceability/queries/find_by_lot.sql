-- Lots by id or by lot number.
SELECT
  CASE WHEN lot_id = $text THEN 'lot_id' ELSE 'lot_no' END AS kind,
  CASE WHEN lot_id = $text THEN lot_id ELSE lot_no END AS matched,
  lot_id
FROM core.lot
WHERE lot_id = $text OR lot_no = $lot_no
ORDER BY lot_id
