MODEL (
  name mart.trace_gap_order,
  kind FULL,
  owner quality,
  grain (gap_code, order_id, product_id, lot_id),
  description 'Gaps that an order or a vendor shows: used but nothing made, made of nothing, short of a component, postings on an order nobody placed, a batch-managed item without its lot.',
  tags (mart, trace),
  audits (not_null(columns := (gap_code)))
);

WITH told AS (
  SELECT
    order_id, MIN(site_code) AS site_code,
    SUM(CASE WHEN part_code = 'used' THEN 1 ELSE 0 END) AS used_count,
    SUM(CASE WHEN part_code = 'observed' THEN 1 ELSE 0 END) AS observed_count,
    SUM(CASE WHEN part_code = 'made' THEN 1 ELSE 0 END) AS made_count,
    SUM(CASE WHEN part_code = 'made' THEN qty END) AS made_qty
  FROM core.order_lot
  GROUP BY order_id
), used AS (
  SELECT order_id, SUM(used_qty) AS used_qty, MIN(made_product_id) AS product_id, BOOL_AND(is_head_known) AS is_head_known
  FROM mart.order_balance
  GROUP BY order_id
), unlotted AS (
  SELECT movement.site_code, movement.order_id, movement.product_id, ABS(SUM(movement.base_qty)) AS qty
  FROM core.movement AS movement
  INNER JOIN core.product AS product ON product.product_id = movement.product_id AND product.is_batch_managed
  WHERE movement.lot_id IS NULL
  GROUP BY movement.site_code, movement.order_id, movement.product_id
), found AS (
  SELECT 'TRACE-ORD-001' AS gap_code, told.site_code, told.order_id, used.product_id, NULL AS lot_id, used.used_qty AS qty
  FROM told INNER JOIN used ON used.order_id = told.order_id
  WHERE used.used_qty > 0 AND (told.made_count = 0 OR told.made_qty <= 0)
  UNION ALL
  SELECT 'TRACE-ORD-002', told.site_code, told.order_id, used.product_id, NULL, told.made_qty
  FROM told LEFT JOIN used ON used.order_id = told.order_id
  WHERE told.made_qty > 0 AND COALESCE(used.used_qty, 0) <= 0
  UNION ALL
  SELECT 'TRACE-ORD-003', site_code, order_id, product_id, NULL, required_qty - used_qty
  FROM mart.order_balance
  WHERE used_qty < required_qty AND order_id IN (SELECT order_id FROM told WHERE used_count + observed_count + made_count > 0)
  UNION ALL
  SELECT 'TRACE-ORD-004', told.site_code, told.order_id, used.product_id, NULL, NULL
  FROM told INNER JOIN used ON used.order_id = told.order_id
  WHERE NOT used.is_head_known
  UNION ALL
  SELECT 'TRACE-VEN-001', site_code, NULL, product_id, lot_id, required_qty - used_qty
  FROM mart.vendor_balance
  WHERE used_qty < required_qty
  UNION ALL
  SELECT 'TRACE-LOT-002', site_code, order_id, product_id, NULL, qty
  FROM unlotted
)
SELECT
  gap_code::TEXT AS gap_code,  /* Code of the gap, see mart.trace_gap_code */
  lot_id::TEXT AS lot_id,  /* Lot back from a vendor; NULL for a gap of an order */
  site_code::TEXT AS site_code,  /* Plant */
  product_id::TEXT AS product_id,  /* Component in doubt, or product of the order */
  order_id::TEXT AS order_id,  /* Order it is about; NULL for a posting without one */
  qty::DECIMAL(18, 3) AS qty  /* How much is in doubt, base unit; NULL when nobody can say */
FROM found
