MODEL (
  name mart.identity_decision,
  kind FULL,
  owner data_platform,
  grain (decision_id),
  description 'Who decided what about who is who, when and why (身份决定): every event, also those undone or waiting for a second person.',
  tags (mart),
  audits (
    not_null(columns := (decision_id, decided_at, person_name, reason, action, role_code, state_code)),
    unique_values(columns := (decision_id))
  )
);

SELECT
  decision_id::TEXT AS decision_id,  /* Decision */
  decided_at::TIMESTAMPTZ AS decided_at,  /* When, UTC */
  person::TEXT AS person_name,  /* Who decided */
  reason::TEXT AS reason,  /* Why */
  action::TEXT AS action,  /* merge, apart, override, approve or undo */
  role_code::TEXT AS role_code,  /* supplier or customer */
  left_ids::TEXT AS left_ids,  /* Records of one side as a JSON list, the canonical one first */
  right_ids::TEXT AS right_ids,  /* Records of the other side as a JSON list */
  NULLIF(attribute, '')::TEXT AS attribute,  /* What an override sets */
  NULLIF(before, '')::TEXT AS before,  /* Value before an override */
  NULLIF(after, '')::TEXT AS after,  /* Value of an override; NULL for no value */
  persons_needed::BIGINT AS persons_needed,  /* 1, or 2 when another person has to approve it */
  NULLIF(refers_to, '')::TEXT AS refers_to,  /* Decision that an approve or undo is about */
  state::TEXT AS state_code  /* stands, pending, undone, or overtaken by a later override */
FROM stg.medlake__identity_decision
