-- What partners say of goods of the lots on their way: what moved, the package it lay in looked into, and who got it.
WITH RECURSIVE standing AS (
  SELECT edge_id, edge_type_code, from_node_id, from_kind_code, to_node_id, to_kind_code, qty, source_system
  FROM core.trace_edge_version
  WHERE edge_type_code IN ('SERIALISE', 'PACK', 'SHIP', 'DELIVER')
    AND CASE
      WHEN $known_by::TIMESTAMPTZ IS NULL THEN known_until IS NULL
      ELSE known_at <= $known_by::TIMESTAMPTZ AND COALESCE(known_until > $known_by::TIMESTAMPTZ, TRUE)
    END
), moved AS (
  SELECT * FROM standing WHERE edge_type_code = 'SHIP' AND source_system = 'epcis'
), inside AS (
  -- Walked from what moved towards the lots, so that packages nobody spoke of are never opened.
  SELECT DISTINCT
    from_node_id AS thing_id, from_node_id AS node_id, from_kind_code AS kind_code,
    NULL::TEXT AS via_node_id, NULL::TEXT AS via_kind_code, NULL::DECIMAL(18, 3) AS qty
  FROM moved
  UNION
  SELECT
    inside.thing_id, edge.from_node_id, edge.from_kind_code, inside.node_id, inside.kind_code,
    CASE WHEN edge.from_kind_code = 'lot' THEN edge.qty END
  FROM inside
  JOIN standing AS edge ON edge.to_node_id = inside.node_id AND edge.edge_type_code IN ('SERIALISE', 'PACK')
), content AS (
  SELECT
    thing_id, node_id AS lot_id, SUM(qty) AS qty,
    LIST(via_node_id ORDER BY via_node_id) FILTER (WHERE via_kind_code = 'serial') AS serial_ids
  FROM inside
  WHERE kind_code = 'lot' AND node_id IN (SELECT UNNEST($lot_ids::TEXT[]))
  GROUP BY thing_id, node_id
), word AS (
  SELECT
    edge_id,
    MAX(told_date) FILTER (WHERE part_code = 'stated') AS sent_date,
    MAX(told_date) FILTER (WHERE part_code = 'observed') AS received_date
  FROM core.trace_evidence
  WHERE edge_id IN (SELECT edge_id FROM moved) AND COALESCE(known_at <= $known_by::TIMESTAMPTZ, TRUE)
  GROUP BY edge_id
)
SELECT
  content.lot_id,
  moved.from_node_id AS thing_id,
  moved.from_kind_code AS thing_kind_code,
  NULLIF(CASE WHEN moved.from_kind_code = 'lot' THEN moved.qty ELSE content.qty END, 0) AS qty,
  COALESCE(content.serial_ids, []) AS serial_ids,
  REGEXP_REPLACE(CASE WHEN moved.to_kind_code = 'delivery' THEN moved.to_node_id END, '^delivery:epcis:', '') AS despatch_advice,
  REGEXP_REPLACE(
    CASE WHEN moved.to_kind_code = 'customer' THEN moved.to_node_id ELSE delivered.to_node_id END, '^customer:epcis:', ''
  ) AS holder,
  word.sent_date,
  word.received_date
FROM content
JOIN moved ON moved.from_node_id = content.thing_id
JOIN word ON word.edge_id = moved.edge_id
LEFT JOIN standing AS delivered ON delivered.from_node_id = moved.to_node_id AND delivered.edge_type_code = 'DELIVER'
ORDER BY content.lot_id, COALESCE(word.sent_date, word.received_date), holder, despatch_advice, thing_id
