-- Lots of the items that carry a serial number.
SELECT DISTINCT 'serial' AS kind, serial_no AS matched, lot_id
FROM core.serial
WHERE serial_no IN (UPPER($text), $lot_no) AND lot_id IS NOT NULL
ORDER BY lot_id
