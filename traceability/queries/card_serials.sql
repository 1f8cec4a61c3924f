-- Serial numbers of lots.
SELECT lot_id AS of_lot_id, serial_no, di, delivery_no
FROM core.serial
WHERE lot_id IN (SELECT UNNEST($lot_ids))
ORDER BY serial_no
