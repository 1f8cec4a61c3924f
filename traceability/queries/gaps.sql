-- Findings on postings of the lots, or on postings without a lot on the orders between them.
WITH posting AS (
  SELECT lot_id, order_id, _source_table, _file_sha256, _row
  FROM core.movement
  WHERE lot_id IN (SELECT UNNEST($lot_ids))
    OR (lot_id IS NULL AND order_id IN (SELECT UNNEST($order_ids)))
)
SELECT
  finding.rule_id,
  posting.lot_id,
  posting.order_id,
  MIN(finding.message) AS message,
  COUNT(*) AS count
FROM mart.finding AS finding
JOIN posting
  ON posting._source_table = finding.source_table
  AND posting._file_sha256 = finding.file_sha256
  AND posting._row = finding.row_no
WHERE finding.rule_id LIKE 'DQ-GEN-%' OR finding.rule_id LIKE 'DQ-MOV-%'
GROUP BY finding.rule_id, posting.lot_id, posting.order_id
ORDER BY finding.rule_id, posting.lot_id, posting.order_id
