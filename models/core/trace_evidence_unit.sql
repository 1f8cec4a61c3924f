MODEL (
  name core.trace_evidence_unit,
  kind FULL,
  owner sales,
  grain (edge_id, part_code, _source_table, _file_sha256, _row),
  description 'What speaks for an edge beyond the lots: its serials, deliveries, customers and what came back. A return leads from the lot to the document of the return, so that no walk crosses from one lot to another through a shared delivery or customer.',
  tags (core),
  audits (not_null(columns := (edge_id, part_code)), unique_combination_of_columns(columns := (edge_id, part_code, _source_table, _file_sha256, _row)))
);

WITH sent AS (
  SELECT
    'stated' AS part_code, lot_id, site_code, delivery_no, customer_code,
    COALESCE(base_qty, qty) AS qty, shipped_date AS told_date, source_system, _source_table, _file_sha256, _row
  FROM core.shipment
  UNION ALL
  SELECT 'used', lot_id, site_code, delivery_no, customer_code, -base_qty, posting_date, source_system, _source_table,
    _file_sha256, _row
  FROM core.movement
  WHERE movement_class_code = 'shipment'
), spoken AS (
  SELECT
    'SHIP' AS edge_type_code, part_code, lot_id AS from_node_id, 'lot' AS from_kind_code,
    CASE WHEN delivery_no IS NULL THEN 'customer:' || source_system || ':' || customer_code
      ELSE 'delivery:' || site_code || ':' || delivery_no END AS to_node_id,
    CASE WHEN delivery_no IS NULL THEN 'customer' ELSE 'delivery' END AS to_kind_code,
    site_code, qty, told_date, source_system, _source_table, _file_sha256, _row
  FROM sent
  UNION ALL
  SELECT 'DELIVER', 'stated', 'delivery:' || site_code || ':' || delivery_no, 'delivery',
    'customer:' || source_system || ':' || customer_code, 'customer',
    site_code, 1, told_date, source_system, _source_table, _file_sha256, _row
  FROM sent
  WHERE part_code = 'stated' OR qty > 0
  UNION ALL
  SELECT 'RETURN', 'stated', lot_id, 'lot', 'return:' || site_code || ':' || document_no, 'return',
    site_code, base_qty, posting_date, source_system, _source_table, _file_sha256, _row
  FROM core.movement
  WHERE movement_class_code = 'customer_return'
  UNION ALL
  SELECT 'SERIALISE', 'stated', lot_id, 'lot', 'serial:' || product_id || ':' || serial_no, 'serial',
    site_code, 1, NULL, source_system, _source_table, _file_sha256, _row
  FROM core.serial
  UNION ALL
  SELECT 'SHIP', 'stated', 'serial:' || product_id || ':' || serial_no, 'serial',
    'delivery:' || site_code || ':' || delivery_no, 'delivery',
    site_code, 1, NULL, source_system, _source_table, _file_sha256, _row
  FROM core.serial
)
SELECT
  (edge_type_code || '||' || from_node_id || '|' || to_node_id)::TEXT AS edge_id,  /* type, no order, from and to in one text */
  edge_type_code::TEXT AS edge_type_code,  /* SERIALISE, SHIP, DELIVER or RETURN */
  part_code::TEXT AS part_code,  /* stated: the document tells the whole edge; used: goods issue of a delivery */
  from_node_id::TEXT AS from_node_id,  /* Lot, 'serial:<product_id>:<serial>' or 'delivery:<site>:<number>' */
  to_node_id::TEXT AS to_node_id,  /* Serial, delivery, 'customer:<system>:<code>' or 'return:<site>:<document>' */
  from_kind_code::TEXT AS from_kind_code,  /* lot, serial or delivery */
  to_kind_code::TEXT AS to_kind_code,  /* serial, delivery, customer or return */
  site_code::TEXT AS site_code,  /* Plant: A, B, C; G for public registers */
  NULL::TEXT AS order_id,  /* No order joins them */
  qty::DECIMAL(18, 3) AS qty,  /* Base unit of the lot, or pieces; a delivery to its customer counts lines; negative when it takes back */
  told_date::DATE AS told_date,  /* Day the evidence speaks of, plant calendar */
  FALSE::BOOLEAN AS is_backflush,  /* Nothing here is backflushed */
  source_system::TEXT AS source_system,  /* System the row came from */
  _source_table::TEXT AS _source_table,  /* Contract of the source row */
  _file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  _row::BIGINT AS _row  /* Record number in the file */
FROM spoken
WHERE NOT from_node_id IS NULL AND NOT to_node_id IS NULL
