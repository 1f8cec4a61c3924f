MODEL (
  name mart.finding,
  kind FULL,
  owner data_platform,
  grain (rule_id, action, layer_code, source_table, file_sha256, row_no, column_name, before, message),
  description 'Everything the platform found wrong, changed or left out, from landing to core: rule, action, file, row, column, before and after.',
  tags (mart),
  audits (not_null(columns := (rule_id, action, layer_code)))
);

WITH found AS (
  SELECT 'landing' AS layer_code, rule_id, 'rejected' AS action, source_table, file_sha256, NULL AS row_no,
    NULL AS column_name, NULL AS before, NULL AS after, message
  FROM stg.medlake__load
  WHERE status = 'rejected'
  UNION ALL
  SELECT 'landing', kept.rule_id, COALESCE(verdict.outcome, 'quarantined'), kept.source_table, kept.file_sha256, kept.row_no,
    NULL, kept.raw_text, NULLIF(verdict.pointer, ''), kept.message
  FROM stg.medlake__quarantine AS kept
  LEFT JOIN stg.medlake__verdict AS verdict
    ON verdict.source_table = kept.source_table AND verdict.file_sha256 = kept.file_sha256
    AND verdict.row_no = kept.row_no AND verdict.outcome <> 'corrected'
  UNION ALL
  SELECT 'stg', rule_id, action, source_table, file_sha256, row_no, column_name, before, after, message
  FROM stg.finding
  UNION ALL
  SELECT 'core', rule_id, action, source_table, file_sha256, row_no, column_name, before, after, message
  FROM core.finding
), file AS (
  SELECT source_table, file_sha256, MAX(file_name) AS file_name
  FROM stg.medlake__load
  GROUP BY source_table, file_sha256
)
SELECT
  found.rule_id::TEXT AS rule_id,  /* Stable rule id, see the rule catalogue */
  found.action::TEXT AS action,  /* rejected, quarantined, repaired, merged or warned; by a decision fixed, accepted, rejected; corrected: a correction itself */
  found.layer_code::TEXT AS layer_code,  /* landing, stg or core */
  found.source_table::TEXT AS source_table,  /* Contract id of the row */
  file.file_name::TEXT AS file_name,  /* Landing file, path below its root */
  found.file_sha256::TEXT AS file_sha256,  /* SHA-256 of the original file */
  found.row_no::BIGINT AS row_no,  /* Record in the file, 1-based; NULL for the file as a whole */
  found.column_name::TEXT AS column_name,  /* Column, as named in the contract */
  found.before::TEXT AS before,  /* Value that came */
  found.after::TEXT AS after,  /* Value kept instead */
  found.message::TEXT AS message,  /* Why */
  NULLIF(UPPER(REGEXP_EXTRACT(found.source_table, '^[a-z0-9]+_([a-z])__', 1)), '')::TEXT AS site_code  /* Plant whose system sent the row, when the system is one plant's */
FROM found
LEFT JOIN file
  ON file.source_table = found.source_table AND file.file_sha256 = found.file_sha256
