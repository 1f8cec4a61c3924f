-- Where a produced lot went; no row for a lot that was not produced.
SELECT
  produced_qty, shipped_qty, consumed_qty, scrapped_qty, sampled_qty, stock_qty, accounted_qty, completeness
FROM mart.lot_trace_completeness
WHERE lot_id = $lot_id
