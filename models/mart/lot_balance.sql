MODEL (
  name mart.lot_balance,
  kind FULL,
  owner quality,
  grain (lot_id),
  description 'What came into every lot and where it went (批次物料平衡): received, made and moved in, against used, moved on, shipped, scrapped, sampled and the newest stock list. What stays unaccounted left without a record, or came without one when negative.',
  tags (mart, trace),
  audits (not_null(columns := (lot_id, in_qty, out_qty)), unique_values(columns := (lot_id)))
);

WITH counted AS (
  SELECT site_code, MAX(snapshot_date) AS snapshot_date FROM core.stock GROUP BY site_code
), listed AS (
  SELECT stock.lot_id, SUM(stock.stock_qty + stock.quality_qty + stock.blocked_qty) AS listed_qty
  FROM core.stock AS stock
  INNER JOIN counted ON counted.site_code = stock.site_code AND counted.snapshot_date = stock.snapshot_date
  GROUP BY stock.lot_id
), side AS (
  SELECT
    lot_id, site_code, posting_date, base_qty,
    CASE
      WHEN movement_class_code = 'receipt' THEN 'received'
      WHEN movement_class_code = 'return_to_supplier' THEN 'sent_back'
      WHEN movement_class_code IN ('production', 'byproduct') THEN 'made'
      WHEN movement_class_code IN ('rework_in', 'rework_out') AND (base_qty > 0) <> is_reversal THEN 'made'
      WHEN movement_class_code IN ('consumption', 'rework_in', 'rework_out') THEN 'used'
      WHEN movement_class_code = 'relabel' THEN 'moved_on'
      WHEN movement_class_code = 'shipment' THEN 'shipped'
      WHEN movement_class_code = 'customer_return' THEN 'returned'
      WHEN movement_class_code = 'scrap' THEN 'scrapped'
      WHEN movement_class_code = 'sample' THEN 'sampled'
      ELSE 'corrected'
    END AS side_code
  FROM core.movement
  UNION ALL
  SELECT to_lot_id, site_code, posting_date, -base_qty, 'moved_in' FROM core.movement WHERE movement_class_code = 'relabel'
), summed AS (
  SELECT
    side.lot_id,
    @EACH(
      [received, sent_back, made, moved_in, used, moved_on, shipped, returned, scrapped, sampled, corrected],
      s -> SUM(CASE WHEN side.side_code = @SQL('''@s''') THEN side.base_qty ELSE 0 END) AS @{s}_qty
    ),
    -- A stock list speaks of its own day; what was posted later is in stock as well.
    SUM(CASE WHEN side.posting_date > counted.snapshot_date THEN side.base_qty ELSE 0 END) AS later_qty,
    SUM(CASE WHEN side.base_qty IS NULL THEN 1 ELSE 0 END) AS unmeasured_count, COUNT(*) AS posting_count
  FROM side
  LEFT JOIN counted ON counted.site_code = side.site_code
  GROUP BY side.lot_id
), closed AS (
  SELECT
    lot.lot_id, lot.site_code, lot.product_id, summed.* EXCLUDE (lot_id),
    COALESCE(received_qty + made_qty + moved_in_qty, 0) AS in_qty,
    COALESCE(-(sent_back_qty + used_qty + moved_on_qty + shipped_qty + returned_qty + scrapped_qty + sampled_qty + corrected_qty), 0)
      AS out_qty,
    CASE WHEN NOT counted.snapshot_date IS NULL THEN COALESCE(listed.listed_qty, 0) + COALESCE(summed.later_qty, 0) END AS stock_qty
  FROM core.lot AS lot
  LEFT JOIN summed ON summed.lot_id = lot.lot_id
  LEFT JOIN counted ON counted.site_code = lot.site_code
  LEFT JOIN listed ON listed.lot_id = lot.lot_id
)
SELECT
  lot_id::TEXT AS lot_id,  /* Lot key '<site>:<product_code>:<lot_no>' */
  site_code::TEXT AS site_code,  /* Plant */
  product_id::TEXT AS product_id,  /* Product */
  in_qty::DECIMAL(18, 3) AS in_qty,  /* Received, made and moved in, less reversals, base unit */
  out_qty::DECIMAL(18, 3) AS out_qty,  /* Sent back, used, moved on, shipped less returned, scrapped, sampled, less reversals, base unit */
  stock_qty::DECIMAL(18, 3) AS stock_qty,  /* Newest stock list and what was posted after it; NULL when the plant sends none */
  (in_qty - out_qty - stock_qty)::DECIMAL(18, 3) AS unaccounted_qty,  /* > 0: left without a record; < 0: came without one; NULL without a stock list */
  COALESCE(moved_in_qty, 0)::DECIMAL(18, 3) AS moved_in_qty,  /* Came of other lots by relabel, split or merge, base unit */
  COALESCE(-moved_on_qty, 0)::DECIMAL(18, 3) AS moved_on_qty,  /* Became other lots, base unit */
  COALESCE(-used_qty, 0)::DECIMAL(18, 3) AS used_qty,  /* Used by orders and vendors, base unit */
  COALESCE(-shipped_qty, 0)::DECIMAL(18, 3) AS shipped_qty,  /* Sent to customers, base unit */
  COALESCE(returned_qty, 0)::DECIMAL(18, 3) AS returned_qty,  /* Came back from customers, base unit */
  COALESCE(-scrapped_qty, 0)::DECIMAL(18, 3) AS scrapped_qty,  /* Scrapped, base unit */
  COALESCE(-sampled_qty, 0)::DECIMAL(18, 3) AS sampled_qty,  /* Taken as samples, base unit */
  COALESCE(unmeasured_count, 0)::BIGINT AS unmeasured_count,  /* Postings in a unit without a factor: they are in no quantity here */
  COALESCE(posting_count, 0)::BIGINT AS posting_count  /* Postings that speak of the lot */
FROM closed
