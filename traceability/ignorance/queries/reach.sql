-- Lots downstream of $lot_ids by the edges of today, themselves included. USING KEY ends cycles.
WITH RECURSIVE reached(lot_id) USING KEY (lot_id) AS (
  SELECT UNNEST($lot_ids)
  UNION
  SELECT edge.to_node_id
  FROM reached
  JOIN core.trace_edge AS edge ON edge.from_node_id = reached.lot_id
  WHERE edge.from_kind_code = 'lot' AND edge.to_kind_code = 'lot'
    AND edge.to_node_id NOT IN (SELECT lot_id FROM recurring.reached)
)
SELECT lot_id FROM reached
