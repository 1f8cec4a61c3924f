MODEL (
  name stg.medlake__identity_decision,
  kind FULL,
  owner data_platform,
  grain (decision_id),
  description 'Every decision ever made on who is who, and whether it counts; events are added, never changed.',
  tags (stg),
  audits (
    not_null(columns := (decision_id, decided_at, person, reason, action, role_code, state)),
    unique_values(columns := (decision_id))
  )
);

SELECT
  decision_id::TEXT AS decision_id,  /* Decision */
  decided_at::TIMESTAMPTZ AS decided_at,  /* When, UTC */
  person::TEXT AS person,  /* Who decided */
  reason::TEXT AS reason,  /* Why */
  action::TEXT AS action,  /* merge, apart, override, approve or undo */
  role_code::TEXT AS role_code,  /* supplier or customer */
  left_ids::TEXT AS left_ids,  /* Records of one side as a JSON list, the canonical one first */
  right_ids::TEXT AS right_ids,  /* Records of the other side of a merge or apart as a JSON list */
  attribute::TEXT AS attribute,  /* What an override sets, else empty */
  before::TEXT AS before,  /* Value before an override, else empty */
  after::TEXT AS after,  /* Value of an override; empty for no value */
  persons_needed::BIGINT AS persons_needed,  /* 1, or 2 when another person has to approve it */
  refers_to::TEXT AS refers_to,  /* Decision that an approve or undo is about, else empty */
  state::TEXT AS state  /* stands, pending (waits for the second person), undone, or overtaken by a later override */
FROM typed.identity_decision
