MODEL (
  name core.order_lot,
  kind FULL,
  owner production,
  grain (part_code, _source_table, _file_sha256, _row),
  description 'What every system says about the lots of an order, one row per record: a lot used, a lot made, the lot the order plans, a use that the shop floor saw.',
  tags (core),
  audits (not_null(columns := (order_id, part_code, lot_id)), unique_combination_of_columns(columns := (part_code, _source_table, _file_sha256, _row)))
);

WITH posting AS (
  SELECT
    *,
    CASE
      WHEN movement_class_code = 'consumption' THEN 'used'
      WHEN movement_class_code IN ('production', 'byproduct') THEN 'made'
      WHEN (base_qty > 0) <> is_reversal THEN 'made'
      ELSE 'used'
    END AS part_code
  FROM core.movement
  WHERE movement_class_code IN ('consumption', 'production', 'byproduct', 'rework_in', 'rework_out')
    AND order_id IS NOT NULL AND lot_id IS NOT NULL
), planned AS (
  -- The lot on the order's head counts as its output as long as no other lot came of the order.
  SELECT placed.*
  FROM core.production_order AS placed
  INNER JOIN core.lot AS lot ON lot.lot_id = placed.lot_id
  WHERE placed.order_id NOT IN (
    SELECT posting.order_id FROM posting
    INNER JOIN core.production_order AS head ON head.order_id = posting.order_id
    WHERE posting.part_code = 'made' AND posting.lot_id <> head.lot_id
  )
), told AS (
  SELECT
    site_code, order_id, part_code, lot_id, NULL::TEXT AS to_lot_id,
    CASE part_code WHEN 'used' THEN -base_qty ELSE base_qty END AS qty,
    posting_date AS told_date, is_backflush, movement_class_code IN ('rework_in', 'rework_out') AS is_rework,
    source_system, _source_table, _file_sha256, _row
  FROM posting
  UNION ALL
  SELECT site_code, order_id, 'planned', lot_id, NULL, NULL, started_date, FALSE, order_type_code = 'rework',
    source_system, _source_table, _file_sha256, _row
  FROM planned
  UNION ALL
  SELECT used.site_code, used.order_id, 'observed', used.lot_id, used.to_lot_id,
    CASE WHEN used.uom_code = product.base_uom_code THEN used.qty END, @plant_date(used.used_at, used.site_code),
    FALSE, FALSE, used.source_system, used._source_table, used._file_sha256, used._row
  FROM core.material_use AS used
  INNER JOIN core.lot AS taken ON taken.lot_id = used.lot_id
  INNER JOIN core.lot AS made ON made.lot_id = used.to_lot_id
  LEFT JOIN core.product AS product ON product.product_id = taken.product_id
  WHERE used.order_id IS NOT NULL
)
SELECT
  site_code::TEXT AS site_code,  /* Plant: A, B, C; G for public registers */
  order_id::TEXT AS order_id,  /* Order key '<site>:<order_no>' */
  part_code::TEXT AS part_code,  /* used, made, planned (head of the order) or observed (shop floor) */
  lot_id::TEXT AS lot_id,  /* Lot it speaks of */
  to_lot_id::TEXT AS to_lot_id,  /* Lot it went into, when observed */
  qty::DECIMAL(18, 3) AS qty,  /* Base unit of the lot; negative when a posting takes back; NULL when none is stated in that unit */
  told_date::DATE AS told_date,  /* Day it speaks of, plant calendar */
  is_backflush::BOOLEAN AS is_backflush,  /* Posted by backflush, not observed */
  is_rework::BOOLEAN AS is_rework,  /* The record belongs to rework */
  source_system::TEXT AS source_system,  /* System the row came from */
  _source_table::TEXT AS _source_table,  /* Contract of the source row */
  _file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  _row::BIGINT AS _row  /* Record number in the file */
FROM told
