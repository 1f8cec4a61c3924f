-- Those of some lots that went into orders of which no output is known.
WITH output AS (
  SELECT order_id
  FROM core.order_lot
  WHERE part_code IN ('made', 'planned')
  GROUP BY order_id, lot_id
  HAVING COALESCE(SUM(qty), 1) > 0 OR BOOL_OR(part_code = 'planned')
)
SELECT DISTINCT used.lot_id, used.order_id
FROM core.order_lot AS used
WHERE used.part_code = 'used' AND used.lot_id IN (SELECT UNNEST($lot_ids))
  AND used.order_id NOT IN (SELECT order_id FROM output)
ORDER BY ALL
