-- Lots that a production order made: the planned one and those posted.
WITH found_order AS (
  SELECT order_no, order_id, lot_id
  FROM core.production_order
  WHERE order_no IN ($text, $lot_no) OR order_id = $text
)
SELECT 'order' AS kind, order_no AS matched, lot_id
FROM found_order
WHERE lot_id IS NOT NULL
UNION
SELECT 'order', found_order.order_no, movement.lot_id
FROM found_order
JOIN core.movement AS movement USING (order_id)
WHERE movement.movement_class_code IN ('production', 'rework_out') AND movement.lot_id IS NOT NULL
ORDER BY 3
