-- Orders that made the lot.
SELECT DISTINCT
  made.order_id,
  made.order_no,
  made.order_type_code,
  made.planned_qty,
  made.uom_code,
  made.started_date,
  made.finished_date,
  made.status_code
FROM core.production_order AS made
WHERE made.lot_id = $lot_id
  OR made.order_id IN (
    SELECT order_id FROM core.movement
    WHERE lot_id = $lot_id AND movement_class_code IN ('production', 'rework_out')
  )
ORDER BY made.started_date, made.order_id
