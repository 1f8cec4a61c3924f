MODEL (
  name mart.trace_gap_edge,
  kind FULL,
  owner quality,
  grain (gap_code, lot_id, order_id, product_id),
  description 'Gaps that an edge shows: guessed by the system, led to a lot that was only planned, used before it came, sent before it was released, sent to nobody, a serial of no lot.',
  tags (mart, trace),
  audits (not_null(columns := (gap_code)))
);

WITH came AS (
  SELECT lot_id, MIN(posting_date) AS first_date
  FROM (
    SELECT lot_id, posting_date FROM core.movement
    WHERE movement_class_code IN ('receipt', 'production', 'byproduct', 'rework_out') AND NOT is_reversal
    UNION ALL SELECT to_lot_id, posting_date FROM core.movement WHERE movement_class_code = 'relabel' AND NOT is_reversal
  ) AS entry
  GROUP BY lot_id
), edge AS (
  SELECT trace.*, came.first_date AS came_date, made.first_date AS made_date
  FROM core.trace_edge AS trace
  LEFT JOIN came ON came.lot_id = trace.from_node_id
  LEFT JOIN came AS made ON made.lot_id = trace.to_node_id
  WHERE trace.from_kind_code = 'lot'
), found AS (
  SELECT 'TRACE-GUE-001' AS gap_code, site_code, from_node_id AS lot_id, order_id, qty FROM edge
  WHERE precision_code = 'BACKFLUSH'
  UNION ALL
  SELECT 'TRACE-GUE-002', site_code, from_node_id, order_id, qty FROM edge WHERE precision_code = 'INFERRED'
  UNION ALL
  SELECT 'TRACE-TIM-001', site_code, from_node_id, order_id, qty FROM edge
  WHERE first_date < came_date AND edge_type_code <> 'RETURN'
  UNION ALL
  SELECT 'TRACE-TIM-002', edge.site_code, edge.from_node_id, edge.order_id, edge.qty
  FROM edge
  INNER JOIN core.release_decision AS decision ON decision.lot_id = edge.from_node_id
  WHERE edge.edge_type_code = 'SHIP' AND edge.first_date < @plant_date(decision.decided_at, edge.site_code)
  UNION ALL
  SELECT 'TRACE-TIM-003', site_code, to_node_id, order_id, qty FROM edge
  WHERE to_kind_code = 'lot' AND made_date < first_date AND edge_type_code IN ('CONSUME', 'REWORK')
  UNION ALL
  SELECT 'TRACE-SHP-001', site_code, lot_id, order_id, -base_qty FROM core.movement
  WHERE movement_class_code = 'shipment' AND NOT is_reversal AND customer_code IS NULL
  UNION ALL
  SELECT 'TRACE-SER-001', site_code, NULL, order_id, 1 FROM core.serial WHERE lot_id IS NULL
)
SELECT
  found.gap_code::TEXT AS gap_code,  /* Code of the gap, see mart.trace_gap_code */
  found.lot_id::TEXT AS lot_id,  /* Lot it is about */
  MIN(found.site_code)::TEXT AS site_code,  /* Plant */
  MIN(lot.product_id)::TEXT AS product_id,  /* Product of the lot */
  found.order_id::TEXT AS order_id,  /* Order it is about; NULL beyond orders */
  SUM(found.qty)::DECIMAL(18, 3) AS qty  /* How much is in doubt, base unit of the lot */
FROM found
LEFT JOIN core.lot AS lot ON lot.lot_id = found.lot_id
GROUP BY found.gap_code, found.lot_id, found.order_id
