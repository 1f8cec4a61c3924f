MODEL (
  name core.trace_evidence_transit,
  kind FULL,
  owner traceability,
  grain (edge_id, part_code, _source_table, _file_sha256, _row),
  description 'What EPCIS events of partners say of goods on their way: a lot, an item or a package left under a despatch advice, and who got it. Sender and receiver speak of the same edge, so that one of them alone makes it and both do not double it. A declaration that the event is wrong, or a voided shipment, takes it back, whichever came first.',
  tags (core),
  audits (not_null(columns := (edge_id, part_code)), unique_combination_of_columns(columns := (edge_id, part_code, _source_table, _file_sha256, _row)))
);

WITH told AS (
  SELECT
    *,
    (movement_code = 'void_shipping') <> (NOT declared_at IS NULL) AS is_taken_back,
    'delivery:epcis:' || despatch_advice_uri AS delivery_node_id,
    'customer:epcis:' || receiver_uri AS receiver_node_id
  FROM core.event_thing
  WHERE NOT movement_code IS NULL AND role_code = 'thing'
), spoken AS (
  SELECT 'SHIP' AS edge_type_code, movement_code, is_taken_back, node_id AS from_node_id, node_kind_code AS from_kind_code,
    COALESCE(delivery_node_id, receiver_node_id) AS to_node_id,
    CASE WHEN delivery_node_id IS NULL THEN 'customer' ELSE 'delivery' END AS to_kind_code,
    base_qty AS qty, told_date, source_system, _source_table, _file_sha256, _row
  FROM told
  UNION ALL
  SELECT 'DELIVER', movement_code, is_taken_back, delivery_node_id, 'delivery', receiver_node_id, 'customer',
    1, told_date, source_system, _source_table, _file_sha256, _row
  FROM told
)
SELECT
  (edge_type_code || '||' || from_node_id || '|' || to_node_id)::TEXT AS edge_id,  /* type, no order, from and to in one text */
  edge_type_code::TEXT AS edge_type_code,  /* SHIP or DELIVER */
  (CASE
    WHEN movement_code = 'receiving' AND is_taken_back THEN 'unseen' WHEN movement_code = 'receiving' THEN 'observed'
    WHEN is_taken_back THEN 'void' ELSE 'stated'
  END)::TEXT AS part_code,  /* stated by the sender, observed by the receiver; void and unseen take them back */
  from_node_id::TEXT AS from_node_id,  /* Lot, serial, handling unit, or 'delivery:epcis:<address of the despatch advice>' */
  to_node_id::TEXT AS to_node_id,  /* That delivery, or 'customer:epcis:<address of the receiver>' */
  from_kind_code::TEXT AS from_kind_code,  /* lot, serial, handling_unit or delivery */
  to_kind_code::TEXT AS to_kind_code,  /* delivery or customer */
  NULL::TEXT AS site_code,  /* A partner's place is no plant of ours */
  NULL::TEXT AS order_id,  /* No order joins them */
  (CASE WHEN is_taken_back THEN -qty ELSE qty END)::DECIMAL(18, 3) AS qty,  /* Base unit of our lot, else pieces; a delivery to its receiver counts things; negative when it takes back; NULL when none is stated so */
  told_date::DATE AS told_date,  /* Day of the event where it happened */
  FALSE::BOOLEAN AS is_backflush,  /* Nothing here is backflushed */
  source_system::TEXT AS source_system,  /* System the row came from */
  _source_table::TEXT AS _source_table,  /* Contract of the source row */
  _file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  _row::BIGINT AS _row  /* Record number in the file */
FROM spoken
WHERE NOT from_node_id IS NULL AND NOT to_node_id IS NULL
