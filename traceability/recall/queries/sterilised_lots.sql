-- Lots that one sterilisation run held.
SELECT DISTINCT lot_id
FROM core.sterilisation
WHERE UPPER(sterilisation_lot_no) = UPPER($sterilisation_lot_no) AND lot_id IS NOT NULL
ORDER BY lot_id
