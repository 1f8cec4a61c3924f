MODEL (
  name stg.medlake__kept_out,
  kind FULL,
  owner data_platform,
  grain (layer_code, source_table, file_sha256, row_no, rule_id, column_name),
  description 'Every record a rule kept out, with the rule, and what people decided on it: refused files, records the reader could not take, rows typing could not pass.',
  tags (stg),
  audits (
    not_null(columns := (layer_code, source_table, file_sha256, row_no, rule_id, column_name, state_code)),
    unique_combination_of_columns(columns := (layer_code, source_table, file_sha256, row_no, rule_id, column_name))
  )
);

WITH loaded AS (
  SELECT DISTINCT source_table, file_sha256
  FROM stg.medlake__load
  WHERE status = 'loaded'
), refused AS (
  SELECT source_table, file_sha256, rule_id, MAX(message) AS message, GREATEST(MAX(rows_rejected), 1) AS record_count
  FROM stg.medlake__load
  WHERE status = 'rejected' AND file_sha256 <> ''
  GROUP BY source_table, file_sha256, rule_id
), kept_out AS (
  SELECT 'file' AS layer_code, refused.source_table, refused.file_sha256, 0 AS row_no, refused.rule_id, '' AS column_name,
    NULL::TEXT AS before, refused.message, refused.record_count
  FROM refused
  LEFT JOIN loaded
    ON loaded.source_table = refused.source_table AND loaded.file_sha256 = refused.file_sha256
  WHERE loaded.file_sha256 IS NULL
  UNION ALL
  SELECT 'landing', source_table, file_sha256, row_no, rule_id, '', raw_text, message, 1
  FROM stg.medlake__quarantine
  UNION ALL
  SELECT 'stg', source_table, file_sha256, row_no, rule_id, COALESCE(column_name, ''), before, message, 1
  FROM stg.finding
  WHERE action IN ('quarantined', 'accepted', 'fixed', 'rejected') AND NOT rule_id LIKE 'DQ-QUA-%'
)
SELECT
  kept_out.layer_code::TEXT AS layer_code,  /* file: refused as a whole; landing: could not be read; stg: could not be typed */
  kept_out.source_table::TEXT AS source_table,  /* Contract id; empty for files no contract names */
  kept_out.file_sha256::TEXT AS file_sha256,  /* SHA-256 of the original file */
  kept_out.row_no::BIGINT AS row_no,  /* Record number in the file, 1-based; 0 for the file as a whole */
  kept_out.rule_id::TEXT AS rule_id,  /* Rule broken */
  kept_out.column_name::TEXT AS column_name,  /* Column in house names; empty for the record as a whole */
  kept_out.before::TEXT AS before,  /* Text as it came */
  kept_out.message::TEXT AS message,  /* Why */
  kept_out.record_count::BIGINT AS record_count,  /* Records it stands for: 1, or all of a refused file */
  COALESCE(verdict.outcome, 'open')::TEXT AS state_code,  /* open, fixed, accepted or rejected */
  verdict.decision_id::TEXT AS decision_id,  /* Decision that holds; NULL while open */
  verdict.person::TEXT AS person,  /* Who decided */
  verdict.reason::TEXT AS reason,  /* Why it was decided so */
  verdict.decided_at::TIMESTAMPTZ AS decided_at,  /* When it was decided, UTC */
  NULLIF(verdict.pointer, '')::TEXT AS pointer  /* file:record of the correction */
FROM kept_out
LEFT JOIN stg.medlake__verdict AS verdict
  ON verdict.source_table = kept_out.source_table AND verdict.file_sha256 = kept_out.file_sha256
  AND verdict.row_no = kept_out.row_no AND verdict.outcome <> 'corrected' AND verdict.rule_id IN ('', kept_out.rule_id)
