-- Gaps of some lots and of the orders between them, in words, with what to do.
SELECT
  gap.gap_code, gap.lot_id, gap.order_id, gap.product_id, gap.qty, gap.uom_code,
  code.title_zh, code.title_en, code.remedy_zh, code.remedy_en
FROM mart.trace_gap AS gap
JOIN mart.trace_gap_code AS code ON code.gap_code = gap.gap_code
WHERE gap.lot_id IN (SELECT UNNEST($lot_ids)) OR gap.order_id IN (SELECT UNNEST($order_ids))
ORDER BY gap.gap_code, gap.lot_id, gap.order_id, gap.product_id
