MODEL (
  name mart.trace_gap_lot,
  kind FULL,
  owner quality,
  grain (gap_code, lot_id),
  description 'Gaps that a lot shows by itself: its quantities do not meet, it came from nowhere, only postings know it, its serials or its sterilisation are not linked.',
  tags (mart, trace),
  audits (not_null(columns := (gap_code, lot_id)), unique_combination_of_columns(columns := (gap_code, lot_id)))
);

WITH serialised AS (
  SELECT lot_id, COUNT(*) AS serial_count, SUM(CASE WHEN delivery_no IS NULL THEN 0 ELSE 1 END) AS sent_count
  FROM core.serial
  GROUP BY lot_id
), sterile_product AS (
  SELECT DISTINCT lot.product_id
  FROM core.sterilisation AS run INNER JOIN core.lot AS lot ON lot.lot_id = run.lot_id
), known AS (
  SELECT
    balance.*, lot.is_in_master, product.is_serial_managed, COALESCE(serialised.serial_count, 0) AS serial_count,
    COALESCE(serialised.sent_count, 0) AS sent_count, lot.lot_kind_code,
    NOT sterile_product.product_id IS NULL AND run.to_node_id IS NULL AS is_unsterilised
  FROM mart.lot_balance AS balance
  INNER JOIN core.lot AS lot ON lot.lot_id = balance.lot_id
  LEFT JOIN core.product AS product ON product.product_id = balance.product_id
  LEFT JOIN serialised ON serialised.lot_id = balance.lot_id
  LEFT JOIN sterile_product ON sterile_product.product_id = balance.product_id
  LEFT JOIN (
    SELECT DISTINCT to_node_id FROM core.trace_edge WHERE edge_type_code IN ('STERILISE', 'RELABEL', 'SPLIT', 'MERGE', 'REWORK')
  ) AS run ON run.to_node_id = balance.lot_id
), found AS (
  SELECT 'TRACE-ORG-001' AS gap_code, lot_id, out_qty + COALESCE(stock_qty, 0) AS qty FROM known
  WHERE in_qty <= 0 AND out_qty + COALESCE(stock_qty, 0) > 0
  UNION ALL
  SELECT 'TRACE-QTY-001', lot_id, unaccounted_qty FROM known WHERE unaccounted_qty > 0
  UNION ALL
  SELECT 'TRACE-QTY-002', lot_id, -unaccounted_qty FROM known WHERE unaccounted_qty < 0 AND in_qty > 0
  UNION ALL
  SELECT 'TRACE-QTY-003', lot_id, NULL FROM known WHERE unmeasured_count > 0
  UNION ALL
  SELECT 'TRACE-QTY-004', lot_id, in_qty - out_qty FROM known WHERE stock_qty IS NULL AND posting_count > 0
  UNION ALL
  SELECT 'TRACE-LOT-001', lot_id, in_qty FROM known WHERE NOT is_in_master
  UNION ALL
  SELECT 'TRACE-LOT-003', lot_id, NULL FROM known WHERE posting_count = 0
  UNION ALL
  SELECT 'TRACE-SER-002', lot_id, ABS(in_qty - serial_count) FROM known
  WHERE is_serial_managed AND lot_kind_code = 'produced' AND in_qty <> serial_count
  UNION ALL
  SELECT 'TRACE-SER-003', lot_id, ABS(shipped_qty - sent_count) FROM known
  WHERE is_serial_managed AND shipped_qty <> sent_count
  UNION ALL
  SELECT 'TRACE-STE-001', lot_id, shipped_qty FROM known WHERE is_unsterilised AND shipped_qty > 0
)
SELECT
  found.gap_code::TEXT AS gap_code,  /* Code of the gap, see mart.trace_gap_code */
  found.lot_id::TEXT AS lot_id,  /* Lot it is about */
  lot.site_code::TEXT AS site_code,  /* Plant */
  lot.product_id::TEXT AS product_id,  /* Product of the lot */
  NULL::TEXT AS order_id,  /* No order */
  found.qty::DECIMAL(18, 3) AS qty  /* How much is in doubt, base unit; NULL when nobody can say */
FROM found
INNER JOIN core.lot AS lot ON lot.lot_id = found.lot_id
