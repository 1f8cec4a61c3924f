MODEL (
  name mart.quarantine_decision,
  kind FULL,
  owner data_platform,
  grain (decision_id),
  description 'Who decided what on a quarantined record, when and why (隔离决定): every event, also those taken back, with the record before and after.',
  tags (mart),
  audits (
    not_null(columns := (decision_id, decided_at, person_name, reason, action, state_code)),
    unique_values(columns := (decision_id))
  )
);

SELECT
  decision_id::TEXT AS decision_id,  /* Decision */
  decided_at::TIMESTAMPTZ AS decided_at,  /* When, UTC */
  person::TEXT AS person_name,  /* Who decided */
  reason::TEXT AS reason,  /* Why */
  action::TEXT AS action,  /* fix, accept, reject or revoke */
  source_table::TEXT AS source_table,  /* Contract id */
  file_sha256::TEXT AS file_sha256,  /* SHA-256 of the original file */
  row_no::BIGINT AS row_no,  /* Record number in the file, 1-based; 0 for the file as a whole */
  NULLIF(rule_id, '')::TEXT AS rule_id,  /* Rule that an accept waives */
  NULLIF(before, '')::TEXT AS before,  /* Record as it came: raw text, or fields as JSON by source name */
  NULLIF(after, '')::TEXT AS after,  /* Corrected fields of a fix as JSON by source name */
  NULLIF(correction_sha256, '')::TEXT AS correction_sha256,  /* SHA-256 of the correction file of a fix */
  correction_row_no::BIGINT AS correction_row_no,  /* Record number in the correction file, 1-based */
  NULLIF(revokes, '')::TEXT AS revokes,  /* Decision that a revoke undoes */
  state::TEXT AS state_code  /* stands, revoked, overtaken by a later word, or withdrawn with the correction it was about */
FROM stg.medlake__decision
