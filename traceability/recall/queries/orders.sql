-- Orders that used or made some lots.
SELECT DISTINCT order_id
FROM core.movement
WHERE lot_id IN (SELECT UNNEST($lot_ids::TEXT[])) AND order_id IS NOT NULL
ORDER BY order_id
