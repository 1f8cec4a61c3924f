-- Orders that made lots.
WITH lot_order AS (
  SELECT lot_id AS of_lot_id, order_id FROM core.production_order WHERE lot_id IN (SELECT UNNEST($lot_ids))
  UNION
  SELECT lot_id, order_id
  FROM core.movement
  WHERE lot_id IN (SELECT UNNEST($lot_ids)) AND movement_class_code IN ('production', 'rework_out')
)
SELECT DISTINCT
  lot_order.of_lot_id,
  made.order_id,
  made.order_no,
  made.order_type_code,
  made.planned_qty,
  made.uom_code,
  made.started_date,
  made.finished_date,
  made.status_code
FROM lot_order
JOIN core.production_order AS made USING (order_id)
ORDER BY made.started_date, made.order_id, lot_order.of_lot_id
