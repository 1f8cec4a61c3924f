-- What lots were packed into, and what those packages were packed into; a package that came in no record has no day.
WITH RECURSIVE held AS (
  SELECT from_node_id, to_node_id, from_kind_code, site_code, qty, first_date, 1 AS depth
  FROM core.trace_edge
  WHERE edge_type_code = 'PACK' AND from_node_id IN (SELECT UNNEST($lot_ids))
  UNION
  SELECT edge.from_node_id, edge.to_node_id, edge.from_kind_code, edge.site_code, edge.qty, edge.first_date, held.depth + 1
  FROM held
  JOIN core.trace_edge AS edge ON edge.edge_type_code = 'PACK' AND edge.from_node_id = held.to_node_id
  WHERE held.depth < 8
)
SELECT DISTINCT to_node_id AS package_id, from_node_id AS child_id, from_kind_code AS child_kind_code, site_code, qty, first_date
FROM held
ORDER BY package_id, child_id
