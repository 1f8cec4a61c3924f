MODEL (
  name mart.lot_trace_completeness,
  kind FULL,
  owner quality,
  grain (lot_id),
  description 'Where every produced lot went (批次去向平衡): shipped, consumed, scrapped, sampled or still in stock, over what was produced. 1 is whole; below or above 1 is a gap to explain.',
  tags (mart, kpi),
  audits (
    not_null(columns := (lot_id, site_code, product_id, month, produced_qty)),
    unique_values(columns := (lot_id))
  )
);

WITH sided AS (
  SELECT
    lot_id,
    posting_date,
    CASE
      WHEN movement_class_code IN ('production', 'byproduct') THEN 'produced'
      WHEN movement_class_code IN ('rework_in', 'rework_out') AND (base_qty > 0) <> is_reversal THEN 'produced'
      WHEN movement_class_code IN ('consumption', 'rework_in', 'rework_out', 'relabel') THEN 'consumed'
      WHEN movement_class_code IN ('shipment', 'customer_return') THEN 'shipped'
      WHEN movement_class_code IN ('scrap', 'sample') THEN movement_class_code
    END AS side_code,
    base_qty
  FROM core.movement
  UNION ALL
  SELECT to_lot_id, posting_date, 'produced', -base_qty
  FROM core.movement
  WHERE movement_class_code = 'relabel'
), moved AS (
  SELECT
    lot_id,
    MIN(posting_date) FILTER(WHERE side_code = 'produced') AS produced_date,
    COALESCE(SUM(base_qty) FILTER(WHERE side_code = 'produced'), 0) AS produced_qty,
    COALESCE(-SUM(base_qty) FILTER(WHERE side_code = 'shipped'), 0) AS shipped_qty,
    COALESCE(-SUM(base_qty) FILTER(WHERE side_code = 'consumed'), 0) AS consumed_qty,
    COALESCE(-SUM(base_qty) FILTER(WHERE side_code = 'scrap'), 0) AS scrapped_qty,
    COALESCE(-SUM(base_qty) FILTER(WHERE side_code = 'sample'), 0) AS sampled_qty
  FROM sided
  WHERE NOT lot_id IS NULL
  GROUP BY lot_id
), newest AS (
  SELECT site_code, MAX(snapshot_date) AS snapshot_date FROM core.stock GROUP BY site_code
), stocked AS (
  SELECT
    stock.lot_id,
    SUM(stock.stock_qty + stock.quality_qty + stock.blocked_qty) AS stock_qty
  FROM core.stock AS stock
  JOIN newest USING (site_code, snapshot_date)
  GROUP BY stock.lot_id
), accounted AS (
  SELECT
    moved.*,
    lot.site_code,
    lot.product_id,
    COALESCE(stocked.stock_qty, 0) AS stock_qty,
    shipped_qty + consumed_qty + scrapped_qty + sampled_qty + COALESCE(stocked.stock_qty, 0) AS accounted_qty
  FROM moved
  JOIN core.lot AS lot USING (lot_id)
  LEFT JOIN stocked USING (lot_id)
  WHERE NOT moved.produced_date IS NULL
)
SELECT
  lot_id::TEXT AS lot_id,  /* Produced lot */
  site_code::TEXT AS site_code,  /* Plant */
  product_id::TEXT AS product_id,  /* Product */
  @first_of_month(produced_date)::DATE AS month,  /* First day of the month of the first production posting */
  produced_qty::DECIMAL(18, 3) AS produced_qty,  /* Produced less reversals, base unit: the denominator */
  shipped_qty::DECIMAL(18, 3) AS shipped_qty,  /* Shipped less customer returns, base unit */
  consumed_qty::DECIMAL(18, 3) AS consumed_qty,  /* Consumed by orders or moved to another lot, base unit */
  scrapped_qty::DECIMAL(18, 3) AS scrapped_qty,  /* Scrapped, base unit */
  sampled_qty::DECIMAL(18, 3) AS sampled_qty,  /* Taken as samples, base unit */
  stock_qty::DECIMAL(18, 3) AS stock_qty,  /* In the plant's newest stock snapshot, base unit */
  accounted_qty::DECIMAL(18, 3) AS accounted_qty,  /* Sum of the five: the numerator */
  @ratio(accounted_qty, produced_qty)::DECIMAL(28, 9) AS completeness  /* accounted_qty / produced_qty */
FROM accounted
