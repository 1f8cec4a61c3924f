MODEL (
  name mart.identity_review,
  kind FULL,
  owner data_platform,
  grain (role_code, left_id, right_id),
  description 'Work list of the steward (身份复核): pairs of records that may be one party, strongest first, each side beside the other, with the evidence.',
  tags (mart),
  audits (
    not_null(columns := (role_code, left_id, right_id)),
    unique_combination_of_columns(columns := (role_code, left_id, right_id))
  )
);

SELECT
  pair.role_code::TEXT AS role_code,  /* supplier or customer */
  pair.left_id::TEXT AS left_id,  /* Record that sorts first */
  pair.right_id::TEXT AS right_id,  /* The other record */
  pair.left_golden_id::TEXT AS left_golden_id,  /* Golden party of the first */
  pair.right_golden_id::TEXT AS right_golden_id,  /* Golden party of the other */
  one.party_name::TEXT AS left_name,  /* Name in the first record */
  other.party_name::TEXT AS right_name,  /* Name in the other record */
  one.uscc::TEXT AS left_uscc,  /* Credit code of the first record */
  other.uscc::TEXT AS right_uscc,  /* Credit code of the other record */
  one.city_name::TEXT AS left_city_name,  /* City in the first record */
  other.city_name::TEXT AS right_city_name,  /* City in the other record */
  pair.weight::DECIMAL(8, 1) AS weight,  /* Log2 odds that the two are one party, bits */
  pair.band_code::TEXT AS band_code,  /* review, or auto when the record fits two parties equally well */
  pair.evidence::TEXT AS evidence,  /* field=level:weight of every field; words in docs/identity.md */
  pair.since_date::DATE AS since_date,  /* Day of the extract since which both are known */
  pair.open_days::BIGINT AS open_days,  /* Days from then to the day the data speaks to */
  pair.is_overdue::BOOLEAN AS is_overdue  /* Open longer than the policy allows */
FROM core.identity_pair AS pair
INNER JOIN core.party AS one
  ON one.role_code = pair.role_code AND one.record_id = pair.left_id
INNER JOIN core.party AS other
  ON other.role_code = pair.role_code AND other.record_id = pair.right_id
WHERE
  pair.is_open
