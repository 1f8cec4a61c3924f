MODEL (
  name stg.medlake__identity_bond,
  kind FULL,
  owner data_platform,
  grain (role_code, kind_code, left_id, right_id, decision_id),
  description 'Pairs of party records that stewards call one (joined) or two (apart), as far as their decisions count.',
  tags (stg),
  audits (
    not_null(columns := (role_code, kind_code, left_id, right_id, decision_id)),
    unique_combination_of_columns(columns := (role_code, kind_code, left_id, right_id, decision_id))
  )
);

SELECT
  role_code::TEXT AS role_code,  /* supplier or customer */
  kind_code::TEXT AS kind_code,  /* joined or apart */
  left_id::TEXT AS left_id,  /* Record that sorts first */
  right_id::TEXT AS right_id,  /* The other record */
  decision_id::TEXT AS decision_id,  /* Decision that holds */
  person::TEXT AS person,  /* Who decided */
  reason::TEXT AS reason,  /* Why */
  decided_at::TIMESTAMPTZ AS decided_at  /* When, UTC */
FROM typed.identity_bond
