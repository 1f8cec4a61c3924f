-- Findings on the given source rows of lots.
WITH source_row AS (
  SELECT UNNEST($lot_ids) AS of_lot_id, UNNEST($source_tables) AS source_table, UNNEST($file_sha256s) AS file_sha256, UNNEST($row_nos) AS row_no
)
SELECT DISTINCT
  source_row.of_lot_id,
  finding.rule_id,
  finding.action,
  finding.source_table,
  finding.file_sha256,
  finding.row_no,
  finding.column_name,
  finding.before,
  finding.after,
  finding.message
FROM mart.finding AS finding
JOIN source_row USING (source_table, file_sha256, row_no)
ORDER BY ALL
