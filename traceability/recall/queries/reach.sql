-- Lots downstream of $lot_ids, themselves included, by level. USING KEY keeps one row per lot, so cycles end.
WITH RECURSIVE reached(lot_id, depth) USING KEY (lot_id) AS (
  SELECT DISTINCT UNNEST($lot_ids::TEXT[]), 0
  UNION
  SELECT edge.to_lot_id, MIN(reached.depth) + 1
  FROM reached
  JOIN core.genealogy_edge AS edge ON edge.from_lot_id = reached.lot_id
  WHERE edge.to_lot_id NOT IN (SELECT lot_id FROM recurring.reached)
  GROUP BY edge.to_lot_id
)
SELECT lot_id, depth FROM reached ORDER BY depth, lot_id
