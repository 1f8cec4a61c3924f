MODEL (
  name stg.medlake__verdict,
  kind FULL,
  owner data_platform,
  grain (source_table, file_sha256, row_no, outcome, rule_id),
  description 'What people decided on records and still stand by: fixed, accepted for a rule, rejected; or corrected: the record is a correction itself.',
  tags (stg),
  audits (
    not_null(columns := (source_table, file_sha256, row_no, outcome, rule_id, decision_id, person, reason)),
    unique_combination_of_columns(columns := (source_table, file_sha256, row_no, outcome, rule_id))
  )
);

SELECT
  source_table::TEXT AS source_table,  /* Contract id */
  file_sha256::TEXT AS file_sha256,  /* SHA-256 of the original file */
  row_no::BIGINT AS row_no,  /* Record number in the file, 1-based; 0 for the file as a whole */
  rule_id::TEXT AS rule_id,  /* Rule that is waived when accepted, else empty */
  outcome::TEXT AS outcome,  /* fixed, accepted, rejected or corrected */
  decision_id::TEXT AS decision_id,  /* Decision that holds */
  person::TEXT AS person,  /* Who decided */
  reason::TEXT AS reason,  /* Why */
  decided_at::TIMESTAMPTZ AS decided_at,  /* When, UTC */
  pointer::TEXT AS pointer  /* file:record of the correction when fixed, of the replaced record when corrected */
FROM typed.verdict
