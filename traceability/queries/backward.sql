-- Lots upstream of $lot_id by level. USING KEY keeps one row per lot, so cycles end and cost stays linear.
WITH RECURSIVE reached(lot_id, depth) USING KEY (lot_id) AS (
  SELECT $lot_id::TEXT, 0
  UNION
  SELECT edge.from_lot_id, MIN(reached.depth) + 1
  FROM reached
  JOIN core.genealogy_edge AS edge ON edge.to_lot_id = reached.lot_id
  WHERE reached.depth < $max_depth
    AND edge.from_lot_id NOT IN (SELECT lot_id FROM recurring.reached)
  GROUP BY edge.from_lot_id
)
SELECT
  reached.lot_id,
  reached.depth,
  NOT EXISTS (
    SELECT 1 FROM core.genealogy_edge AS edge
    WHERE edge.to_lot_id = reached.lot_id AND edge.from_lot_id <> reached.lot_id
  ) AS is_leaf
FROM reached
ORDER BY reached.depth, reached.lot_id
