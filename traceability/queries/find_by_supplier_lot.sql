-- Own lots that a supplier's lot number stands behind.
SELECT 'supplier_lot' AS kind, supplier_lot_no AS matched, lot_id
FROM core.lot
WHERE UPPER(TRIM(supplier_lot_no)) IN (UPPER($text), $lot_no)
ORDER BY lot_id
