MODEL (
  name mart.vendor_balance,
  kind FULL,
  owner production,
  grain (lot_id, product_id),
  description 'What every lot that a vendor worked on needed of the parts we provide by the bill of materials, and what the vendor reported as used (委外用料平衡).',
  tags (mart, trace),
  audits (not_null(columns := (lot_id, product_id, required_qty, used_qty)), unique_combination_of_columns(columns := (lot_id, product_id)))
);

WITH returned AS (
  SELECT received.lot_id, received.site_code, received.product_id, SUM(received.base_qty) AS received_qty
  FROM core.movement AS received
  INNER JOIN core.purchase_order_line AS line
    ON line.site_code = received.site_code AND line.purchase_order_no = received.purchase_order_no
    AND line.po_line_no = received.po_line_no AND line.is_subcontracted
  WHERE received.movement_class_code = 'receipt' AND NOT received.lot_id IS NULL
  GROUP BY received.lot_id, received.site_code, received.product_id
), used AS (
  SELECT edge.to_node_id AS lot_id, lot.product_id, SUM(edge.qty) AS used_qty
  FROM core.trace_edge AS edge
  INNER JOIN core.lot AS lot ON lot.lot_id = edge.from_node_id
  WHERE edge.edge_type_code = 'SUBCONTRACT'
  GROUP BY edge.to_node_id, lot.product_id
)
SELECT
  returned.lot_id::TEXT AS lot_id,  /* Lot that came back from the vendor */
  line.component_product_id::TEXT AS product_id,  /* Part we provide */
  returned.site_code::TEXT AS site_code,  /* Plant */
  returned.product_id::TEXT AS made_product_id,  /* Product of the lot */
  (returned.received_qty * MAX(line.component_qty))::DECIMAL(18, 3) AS required_qty,  /* Needed for what was received, base unit */
  COALESCE(MAX(used.used_qty), 0)::DECIMAL(18, 3) AS used_qty  /* Reported as used, net, base unit */
FROM returned
INNER JOIN core.bom AS line ON line.parent_product_id = returned.product_id
LEFT JOIN used ON used.lot_id = returned.lot_id AND used.product_id = line.component_product_id
GROUP BY returned.lot_id, line.component_product_id, returned.site_code, returned.product_id, returned.received_qty
