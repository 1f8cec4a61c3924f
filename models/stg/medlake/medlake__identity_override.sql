MODEL (
  name stg.medlake__identity_override,
  kind FULL,
  owner data_platform,
  grain (role_code, record_id, attribute),
  description 'Values that stewards put in the place of what a party record says, as far as their decisions count.',
  tags (stg),
  audits (
    not_null(columns := (role_code, record_id, attribute, value, decision_id)),
    unique_combination_of_columns(columns := (role_code, record_id, attribute))
  )
);

SELECT
  role_code::TEXT AS role_code,  /* supplier or customer */
  record_id::TEXT AS record_id,  /* Record whose value is replaced */
  attribute::TEXT AS attribute,  /* Attribute of a party, as in core.survivorship */
  value::TEXT AS value,  /* Value that counts; empty for no value */
  decision_id::TEXT AS decision_id,  /* Decision that holds */
  person::TEXT AS person,  /* Who decided */
  reason::TEXT AS reason,  /* Why */
  decided_at::TIMESTAMPTZ AS decided_at  /* When, UTC */
FROM typed.identity_override
