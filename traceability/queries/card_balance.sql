-- Where produced lots went; no row for a lot that was not produced.
SELECT
  lot_id AS of_lot_id,
  produced_qty, shipped_qty, consumed_qty, scrapped_qty, sampled_qty, stock_qty, accounted_qty, completeness
FROM mart.lot_trace_completeness
WHERE lot_id IN (SELECT UNNEST($lot_ids))
