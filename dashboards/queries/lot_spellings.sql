-- Every way a system writes a lot and the lot it stands for; what leads nowhere comes first.
WITH file AS (
  SELECT source_table, file_sha256, MIN(file_name) AS file_name FROM mart.file GROUP BY ALL
)
SELECT
  status_code, source_system, site_code, product_code, lot_text, match_rule_code, lot_no, lot_id, sterilisation_lot_no,
  part_no, candidate_lot_ids, record_count, file.file_name, _row AS row_no
FROM core.lot_crosswalk AS crosswalk
LEFT JOIN file ON file.source_table = crosswalk._source_table AND file.file_sha256 = crosswalk._file_sha256
WHERE
  ($status = '' OR COALESCE(match_rule_code, status_code) = $status)
  AND ($text = '' OR CONTAINS(UPPER(lot_text), UPPER($text)) OR CONTAINS(UPPER(lot_no), UPPER($text)))
ORDER BY status_code = 'joined', record_count DESC, spelling_id
LIMIT 2000
