-- Serial numbers of the lot.
SELECT serial_no, di, delivery_no
FROM core.serial
WHERE lot_id = $lot_id
ORDER BY serial_no
