MODEL (
  name core.genealogy_edge,
  kind FULL,
  owner production,
  grain (edge_id),
  description 'Which lot went into which: per order every net-consumed lot to every net-produced one, every relabel, and every lot a vendor worked on. Conservative: an order without finer data links all its inputs to all its outputs.',
  tags (core),
  audits (not_null(columns := (edge_id, from_lot_id, to_lot_id, qty)), unique_values(columns := (edge_id)))
);

WITH sided AS (
  SELECT
    movement.*,
    CASE
      WHEN movement_class_code = 'consumption' THEN 'in'
      WHEN movement_class_code IN ('production', 'byproduct') THEN 'out'
      WHEN (base_qty > 0) <> is_reversal THEN 'out'
      ELSE 'in'
    END AS side_code
  FROM core.movement AS movement
  WHERE
    movement_class_code IN ('consumption', 'production', 'byproduct', 'rework_in', 'rework_out')
    AND order_id IS NOT NULL AND lot_id IS NOT NULL
), order_lot AS (
  SELECT
    site_code, order_id, side_code, lot_id, source_system, ABS(SUM(base_qty)) AS qty,
    MIN(posting_date) AS first_date, MAX(posting_date) AS last_date, COUNT(*) AS posting_count,
    BOOL_OR(is_backflush) AS is_backflush, BOOL_OR(movement_class_code IN ('rework_in', 'rework_out')) AS is_rework
  FROM sided
  GROUP BY site_code, order_id, side_code, lot_id, source_system
  HAVING CASE side_code WHEN 'in' THEN SUM(base_qty) < 0 ELSE SUM(base_qty) > 0 END
), consumed_into AS (
  SELECT
    used.site_code, used.lot_id AS from_lot_id, made.lot_id AS to_lot_id, used.order_id, used.qty,
    used.first_date, used.last_date, used.posting_count,
    CASE WHEN used.is_backflush THEN 'BACKFLUSH' ELSE 'ORDER' END AS precision_code, used.source_system,
    CASE WHEN placed.order_type_code = 'rework' OR used.is_rework OR made.is_rework THEN 'REWORK' ELSE 'CONSUME' END
      AS edge_type_code
  FROM order_lot AS used
  INNER JOIN order_lot AS made
    ON made.order_id = used.order_id AND made.side_code = 'out' AND made.lot_id <> used.lot_id
  LEFT JOIN core.production_order AS placed ON placed.order_id = used.order_id
  WHERE used.side_code = 'in'
), moved_into AS (
  SELECT
    site_code, lot_id AS from_lot_id, to_lot_id, NULL::TEXT AS order_id, -SUM(base_qty) AS qty,
    MIN(posting_date) AS first_date, MAX(posting_date) AS last_date, COUNT(*) AS posting_count,
    'ORDER' AS precision_code, source_system, 'RELABEL' AS edge_type_code
  FROM core.movement
  WHERE movement_class_code = 'relabel' AND lot_id <> to_lot_id
  GROUP BY site_code, lot_id, to_lot_id, source_system
  HAVING SUM(base_qty) < 0
  UNION ALL
  SELECT site_code, from_lot_id, to_lot_id, NULL::TEXT, qty, first_date, last_date, posting_count, 'ORDER',
    source_system, 'SUBCONTRACT' FROM core.subcontract_use
), named AS (
  SELECT
    edge.*,
    product.base_uom_code AS uom_code,
    edge_type_code || '|' || COALESCE(order_id, '') || '|' || from_lot_id || '|' || to_lot_id AS edge_id
  FROM (SELECT * FROM consumed_into UNION ALL SELECT * FROM moved_into) AS edge
  LEFT JOIN core.lot AS lot ON lot.lot_id = edge.from_lot_id
  LEFT JOIN core.product AS product ON product.product_id = lot.product_id
)
SELECT
  edge_id::TEXT AS edge_id,  /* type, order, from and to in one text */
  site_code::TEXT AS site_code,  /* Plant: A, B, C; G for public registers */
  edge_type_code::TEXT AS edge_type_code,  /* CONSUME, REWORK, RELABEL or SUBCONTRACT */
  from_lot_id::TEXT AS from_lot_id,  /* Lot that was used up */
  to_lot_id::TEXT AS to_lot_id,  /* Lot that came of it */
  order_id::TEXT AS order_id,  /* Order that joins them, NULL for a relabel and for work of a vendor */
  qty::DECIMAL(18, 3) AS qty,  /* Net quantity of the from-lot, base unit, > 0 */
  uom_code::TEXT AS uom_code,  /* Base unit of the from-lot, UN/ECE Rec 20 */
  first_date::DATE AS first_date,  /* First posting */
  last_date::DATE AS last_date,  /* Last posting */
  posting_count::BIGINT AS posting_count,  /* Postings behind the edge */
  precision_code::TEXT AS precision_code,  /* ORDER: all inputs to all outputs; BACKFLUSH: inputs guessed by the system */
  source_system::TEXT AS source_system  /* System the row came from */
FROM named
