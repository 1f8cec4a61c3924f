-- How lots of the scope became others of it: per order, or per move without one, what went in and what came out.
WITH edge AS (
  SELECT
    edge_type_code, site_code, from_lot_id, to_lot_id, qty, first_date,
    COALESCE(order_id, edge_type_code || ':' || from_lot_id || ':' || to_lot_id) AS step_id
  FROM core.genealogy_edge
  WHERE $known_by::TIMESTAMPTZ IS NULL
    AND from_lot_id IN (SELECT UNNEST($lot_ids::TEXT[])) AND to_lot_id IN (SELECT UNNEST($lot_ids::TEXT[]))
    AND from_lot_id <> to_lot_id
  UNION ALL
  SELECT
    edge_type_code, site_code, from_node_id, to_node_id, qty, first_date,
    COALESCE(order_id, edge_type_code || ':' || from_node_id || ':' || to_node_id)
  FROM core.trace_edge_version
  WHERE known_at <= $known_by::TIMESTAMPTZ AND COALESCE(known_until > $known_by::TIMESTAMPTZ, TRUE)
    AND from_node_id IN (SELECT UNNEST($lot_ids::TEXT[])) AND to_node_id IN (SELECT UNNEST($lot_ids::TEXT[]))
    AND from_node_id <> to_node_id
), made AS (
  SELECT order_id, lot_id, SUM(base_qty) AS qty
  FROM core.movement
  WHERE movement_class_code IN ('production', 'byproduct', 'rework_out') AND lot_id IN (SELECT UNNEST($lot_ids::TEXT[]))
  GROUP BY order_id, lot_id
  HAVING SUM(base_qty) > 0
), side AS (
  SELECT step_id, 'in' AS side_code, from_lot_id AS lot_id, MAX(qty) AS qty FROM edge GROUP BY step_id, from_lot_id
  UNION ALL
  SELECT edge.step_id, 'out', edge.to_lot_id, MAX(made.qty)
  FROM edge
  LEFT JOIN made ON made.order_id = edge.step_id AND made.lot_id = edge.to_lot_id
  GROUP BY edge.step_id, edge.to_lot_id
), step AS (
  SELECT step_id, MIN(edge_type_code) AS edge_type_code, MIN(site_code) AS site_code, MIN(first_date) AS first_date
  FROM edge
  GROUP BY step_id
)
SELECT step.step_id, step.edge_type_code, step.site_code, step.first_date, side.side_code, side.lot_id, side.qty
FROM step
JOIN side USING (step_id)
ORDER BY step.first_date, step.step_id, side.side_code, side.lot_id
