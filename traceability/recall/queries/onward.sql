-- What partners say of goods of the lots on their way: what moved, in whatever package it lay, and who got it.
WITH RECURSIVE standing AS NOT MATERIALIZED (
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
  -- Upwards from the lots: what holds some of them, and as what it left the lot. Not walked where no partner told anything.
  SELECT
    lot_id, lot_id AS thing_id, NULL::TEXT AS part_id, NULL::TEXT AS part_kind_code, NULL::DECIMAL(18, 3) AS part_qty
  FROM (SELECT UNNEST($lot_ids::TEXT[]) AS lot_id)
  WHERE EXISTS (SELECT 1 FROM moved)
  UNION
  SELECT
    inside.lot_id, edge.to_node_id, COALESCE(inside.part_id, edge.to_node_id),
    COALESCE(inside.part_kind_code, edge.to_kind_code),
    CASE WHEN inside.part_id IS NULL THEN edge.qty ELSE inside.part_qty END
  FROM inside
  JOIN standing AS edge ON edge.from_node_id = inside.thing_id AND edge.edge_type_code IN ('SERIALISE', 'PACK')
), content AS (
  -- A quantity packed without numbers may be that of the devices beside it: the greater of the two counts.
  SELECT
    lot_id, thing_id,
    COUNT(*) FILTER (WHERE part_kind_code = 'handling_unit') > 0 AS is_loose,
    COUNT(*) FILTER (WHERE part_kind_code = 'handling_unit' AND part_qty = 0) > 0 AS is_unstated,
    SUM(part_qty) FILTER (WHERE part_kind_code = 'handling_unit') AS loose_qty,
    LIST(part_id ORDER BY part_id) FILTER (WHERE part_kind_code = 'serial') AS serial_ids
  FROM inside
  GROUP BY lot_id, thing_id
), going AS (
  SELECT content.*, moved.edge_id, moved.from_kind_code, moved.to_node_id, moved.to_kind_code, moved.qty
  FROM content
  JOIN moved ON moved.from_node_id = content.thing_id
), word AS (
  -- What each side told and did not take back.
  SELECT
    edge_id,
    CASE
      WHEN COUNT(*) FILTER (WHERE part_code = 'stated') > COUNT(*) FILTER (WHERE part_code = 'void')
      THEN MAX(told_date) FILTER (WHERE part_code = 'stated')
    END AS sent_date,
    CASE
      WHEN COUNT(*) FILTER (WHERE part_code = 'observed') > COUNT(*) FILTER (WHERE part_code = 'unseen')
      THEN MAX(told_date) FILTER (WHERE part_code = 'observed')
    END AS received_date
  FROM core.trace_evidence
  WHERE edge_id IN (SELECT edge_id FROM going) AND COALESCE(known_at <= $known_by::TIMESTAMPTZ, TRUE)
  GROUP BY edge_id
)
SELECT
  going.lot_id,
  going.thing_id,
  going.from_kind_code AS thing_kind_code,
  NULLIF(CASE
    WHEN going.from_kind_code = 'lot' THEN going.qty
    WHEN NOT going.is_unstated THEN GREATEST(COALESCE(going.loose_qty, 0), COALESCE(LEN(going.serial_ids), 0))
  END, 0) AS qty,
  product.base_uom_code AS uom_code,
  going.is_loose OR going.from_kind_code = 'lot' AS is_loose,
  COALESCE(going.serial_ids, []) AS serial_ids,
  REGEXP_REPLACE(CASE WHEN going.to_kind_code = 'delivery' THEN going.to_node_id END, '^delivery:epcis:', '') AS despatch_advice,
  REGEXP_REPLACE(
    CASE WHEN going.to_kind_code = 'customer' THEN going.to_node_id ELSE delivered.to_node_id END, '^customer:epcis:', ''
  ) AS holder,
  word.sent_date,
  word.received_date
FROM going
JOIN word ON word.edge_id = going.edge_id
LEFT JOIN core.lot AS lot ON lot.lot_id = going.lot_id
LEFT JOIN core.product AS product ON product.product_id = lot.product_id
LEFT JOIN standing AS delivered ON delivered.from_node_id = going.to_node_id AND delivered.edge_type_code = 'DELIVER'
ORDER BY going.lot_id, COALESCE(word.sent_date, word.received_date), holder, despatch_advice, thing_id
