MODEL (
  name mart.trace_gap,
  kind FULL,
  owner quality,
  grain (gap_code, lot_id, order_id, product_id),
  description 'What the genealogy does not know (追溯缺口), everywhere: one row per gap and what it is about. An answer shows those of its own lots and orders.',
  tags (mart, trace),
  audits (not_null(columns := (gap_code)))
);

WITH found AS (
  SELECT gap_code, lot_id, site_code, product_id, order_id, qty FROM mart.trace_gap_lot
  UNION ALL
  SELECT gap_code, lot_id, site_code, product_id, order_id, qty FROM mart.trace_gap_order
  UNION ALL
  SELECT gap_code, lot_id, site_code, product_id, order_id, qty FROM mart.trace_gap_edge
)
SELECT
  found.gap_code::TEXT AS gap_code,  /* Code of the gap, see mart.trace_gap_code */
  found.lot_id::TEXT AS lot_id,  /* Lot it is about; NULL for a gap of an order */
  found.site_code::TEXT AS site_code,  /* Plant */
  found.product_id::TEXT AS product_id,  /* Product of the lot, or component in doubt */
  found.order_id::TEXT AS order_id,  /* Order it is about; NULL beyond orders */
  found.qty::DECIMAL(18, 3) AS qty,  /* How much is in doubt; NULL when nobody can say */
  product.base_uom_code::TEXT AS uom_code  /* Base unit of the product, UN/ECE Rec 20 */
FROM found
LEFT JOIN core.product AS product ON product.product_id = found.product_id
