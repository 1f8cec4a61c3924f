-- What is not known about lots and the orders between them: gaps of the genealogy, then findings on postings of the
-- lots, or on postings without a lot on the orders. is_of_order: naming the order is enough to be concerned.
WITH posting AS (
  SELECT lot_id, order_id, _source_table, _file_sha256, _row
  FROM core.movement
  WHERE lot_id IN (SELECT UNNEST($lot_ids))
    OR (lot_id IS NULL AND order_id IN (SELECT UNNEST($order_ids)))
)
SELECT
  gap.gap_code AS rule_id,
  gap.lot_id,
  gap.order_id,
  code.title_zh || COALESCE('：' || gap.qty || ' ' || gap.uom_code, '') || ' | '
    || code.title_en || COALESCE(': ' || gap.qty || ' ' || gap.uom_code, '') AS message,
  1 AS count,
  TRUE AS is_of_order
FROM mart.trace_gap AS gap
JOIN mart.trace_gap_code AS code ON code.gap_code = gap.gap_code
WHERE gap.lot_id IN (SELECT UNNEST($lot_ids)) OR gap.order_id IN (SELECT UNNEST($order_ids))
UNION ALL
SELECT
  finding.rule_id,
  posting.lot_id,
  posting.order_id,
  MIN(finding.message) AS message,
  COUNT(*) AS count,
  posting.lot_id IS NULL AS is_of_order
FROM mart.finding AS finding
JOIN posting
  ON posting._source_table = finding.source_table
  AND posting._file_sha256 = finding.file_sha256
  AND posting._row = finding.row_no
WHERE finding.rule_id LIKE 'DQ-GEN-%' OR finding.rule_id LIKE 'DQ-MOV-%'
GROUP BY finding.rule_id, posting.lot_id, posting.order_id
ORDER BY rule_id, lot_id, order_id, message
