MODEL (
  name core.genealogy_edge,
  kind FULL,
  owner production,
  grain (edge_id),
  description 'Which lot went into which: the part of core.trace_edge between lots. Conservative: an order without finer data links all its inputs to all its outputs.',
  tags (core),
  audits (not_null(columns := (edge_id, from_lot_id, to_lot_id, qty)), unique_values(columns := (edge_id)))
);

SELECT
  edge.edge_id::TEXT AS edge_id,  /* type, order, from and to in one text */
  edge.site_code::TEXT AS site_code,  /* Plant: A, B, C; G for public registers */
  edge.edge_type_code::TEXT AS edge_type_code,  /* CONSUME, REWORK, RELABEL, SPLIT, MERGE or SUBCONTRACT */
  edge.from_node_id::TEXT AS from_lot_id,  /* Lot that was used up */
  edge.to_node_id::TEXT AS to_lot_id,  /* Lot that came of it */
  edge.order_id::TEXT AS order_id,  /* Order that joins them, NULL for a relabel and for work of a vendor */
  edge.qty::DECIMAL(18, 3) AS qty,  /* Net quantity of the from-lot, base unit; 0 where only the shop floor saw the use, in another unit */
  product.base_uom_code::TEXT AS uom_code,  /* Base unit of the from-lot, UN/ECE Rec 20 */
  edge.first_date::DATE AS first_date,  /* First posting */
  edge.last_date::DATE AS last_date,  /* Last posting */
  edge.posting_count::BIGINT AS posting_count,  /* Postings behind the edge */
  edge.precision_code::TEXT AS precision_code,  /* EXACT, ORDER, BACKFLUSH or INFERRED; see core.trace_edge */
  edge.source_system::TEXT AS source_system  /* System the row came from */
FROM core.trace_edge AS edge
LEFT JOIN core.lot AS lot ON lot.lot_id = edge.from_node_id
LEFT JOIN core.product AS product ON product.product_id = lot.product_id
WHERE edge.from_kind_code = 'lot' AND edge.to_kind_code = 'lot'
