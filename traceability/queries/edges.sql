-- Edges of which both ends were reached.
SELECT
  edge_id,
  edge_type_code,
  from_lot_id,
  to_lot_id,
  order_id,
  qty,
  uom_code,
  first_date,
  last_date,
  precision_code
FROM core.genealogy_edge
WHERE from_lot_id IN (SELECT UNNEST($lot_ids)) AND to_lot_id IN (SELECT UNNEST($lot_ids))
ORDER BY from_lot_id, to_lot_id, edge_type_code, order_id, edge_id
