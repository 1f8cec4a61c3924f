MODEL (
  name core.trace_evidence_order,
  kind FULL,
  owner production,
  grain (edge_id, part_code, _source_table, _file_sha256, _row),
  description 'What speaks for an edge between the lots of one order. Every lot in is paired with every lot out, so that an order without finer data over-traces and never under-traces.',
  tags (core),
  audits (not_null(columns := (edge_id, part_code)), unique_combination_of_columns(columns := (edge_id, part_code, _source_table, _file_sha256, _row)))
);

WITH rework_order AS (
  SELECT order_id FROM core.order_lot WHERE is_rework
  UNION
  SELECT order_id FROM core.production_order WHERE order_type_code = 'rework'
), pair AS (
  SELECT used.site_code, used.order_id, used.lot_id AS from_lot_id, made.lot_id AS made_lot_id
  FROM core.order_lot AS used
  INNER JOIN core.order_lot AS made ON made.order_id = used.order_id AND made.part_code IN ('made', 'planned')
  WHERE used.part_code = 'used'
  UNION
  SELECT site_code, order_id, lot_id, to_lot_id FROM core.order_lot WHERE part_code = 'observed'
), spoken AS (
  SELECT pair.site_code, pair.from_lot_id, pair.made_lot_id, told.*
  FROM pair
  INNER JOIN core.order_lot AS told
    ON told.order_id = pair.order_id
    AND CASE told.part_code
      WHEN 'used' THEN told.lot_id = pair.from_lot_id
      WHEN 'observed' THEN told.lot_id = pair.from_lot_id AND told.to_lot_id = pair.made_lot_id
      ELSE told.lot_id = pair.made_lot_id
    END
  WHERE pair.from_lot_id <> pair.made_lot_id
), typed AS (
  SELECT spoken.*, CASE WHEN rework.order_id IS NULL THEN 'CONSUME' ELSE 'REWORK' END AS edge_type_code
  FROM spoken
  LEFT JOIN rework_order AS rework ON rework.order_id = spoken.order_id
)
SELECT
  (edge_type_code || '|' || order_id || '|' || from_lot_id || '|' || made_lot_id)::TEXT AS edge_id,  /* type, order, from and to in one text */
  edge_type_code::TEXT AS edge_type_code,  /* CONSUME, or REWORK when the order reworks */
  part_code::TEXT AS part_code,  /* used, made, planned (head of the order) or observed (shop floor) */
  from_lot_id::TEXT AS from_node_id,  /* Lot that was used up */
  made_lot_id::TEXT AS to_node_id,  /* Lot that came of it */
  'lot'::TEXT AS from_kind_code,  /* Kind of the from-node: a lot */
  'lot'::TEXT AS to_kind_code,  /* Kind of the to-node: a lot */
  site_code::TEXT AS site_code,  /* Plant: A, B, C; G for public registers */
  order_id::TEXT AS order_id,  /* Order that joins them */
  qty::DECIMAL(18, 3) AS qty,  /* Base unit of the lot the part speaks of; negative when it takes back; NULL when none is stated */
  told_date::DATE AS told_date,  /* Day the evidence speaks of, plant calendar */
  is_backflush::BOOLEAN AS is_backflush,  /* Posted by backflush, not observed */
  source_system::TEXT AS source_system,  /* System the row came from */
  _source_table::TEXT AS _source_table,  /* Contract of the source row */
  _file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  _row::BIGINT AS _row  /* Record number in the file */
FROM typed
