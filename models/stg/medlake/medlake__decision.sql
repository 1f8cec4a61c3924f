MODEL (
  name stg.medlake__decision,
  kind FULL,
  owner data_platform,
  grain (decision_id),
  description 'Every decision on a quarantined record ever made, and whether it still stands; events are added, never changed.',
  tags (stg),
  audits (
    not_null(columns := (decision_id, decided_at, person, reason, action, source_table, file_sha256, row_no, state)),
    unique_values(columns := (decision_id))
  )
);

SELECT
  decision_id::TEXT AS decision_id,  /* Decision */
  decided_at::TIMESTAMPTZ AS decided_at,  /* When, UTC */
  person::TEXT AS person,  /* Who decided */
  reason::TEXT AS reason,  /* Why */
  action::TEXT AS action,  /* fix, accept, reject or revoke */
  source_table::TEXT AS source_table,  /* Contract id */
  file_sha256::TEXT AS file_sha256,  /* SHA-256 of the original file */
  row_no::BIGINT AS row_no,  /* Record number in the file, 1-based; 0 for the file as a whole */
  rule_id::TEXT AS rule_id,  /* Rule that an accept waives, else empty */
  before::TEXT AS before,  /* Record as it came: raw text, or fields as JSON by source name */
  after::TEXT AS after,  /* Corrected fields of a fix as JSON by source name, else empty */
  correction_sha256::TEXT AS correction_sha256,  /* SHA-256 of the correction file of a fix, else empty */
  correction_row_no::BIGINT AS correction_row_no,  /* Record number in the correction file, 1-based */
  revokes::TEXT AS revokes,  /* Decision that a revoke undoes, else empty */
  state::TEXT AS state  /* stands, revoked, overtaken by a later word, or withdrawn with the correction it was about */
FROM typed.decision
