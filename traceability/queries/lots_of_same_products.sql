-- All lots of the products that some lots are of.
SELECT lot_id
FROM core.lot
WHERE product_id IN (SELECT product_id FROM core.lot WHERE lot_id IN (SELECT UNNEST($lot_ids)))
ORDER BY lot_id
