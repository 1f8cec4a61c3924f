-- Steps between lots that this lake once knew otherwise: when that became known, and the lots on both sides.
SELECT DISTINCT known_until AS declared_at, from_node_id AS from_lot_id, to_node_id AS to_lot_id
FROM core.trace_edge_version
WHERE known_until IS NOT NULL AND from_kind_code = 'lot' AND to_kind_code = 'lot'
  AND (from_node_id IN (SELECT UNNEST($lot_ids)) OR to_node_id IN (SELECT UNNEST($lot_ids)))
ORDER BY declared_at, from_lot_id, to_lot_id
