MODEL (
  name core.identity_pair,
  kind FULL,
  owner data_platform,
  grain (role_code, left_id, right_id),
  description 'Pairs of party records and what became of them: one party, two by decision, or open for a steward; since when both are known, and whether that is too long.',
  tags (core),
  audits (
    not_null(columns := (role_code, left_id, right_id, is_open, is_overdue)),
    unique_combination_of_columns(columns := (role_code, left_id, right_id))
  )
);

WITH first_seen AS (
  SELECT role_code, record_id, MIN(valid_from_date) AS first_date
  FROM core.party_version
  GROUP BY role_code, record_id
), parted AS (
  SELECT DISTINCT role_code, left_id, right_id
  FROM stg.medlake__identity_bond
  WHERE kind_code = 'apart'
), as_of AS (
  /* Today, as far as the data speaks: a model never reads a clock. */
  SELECT MAX(posting_date) AS as_of_date
  FROM core.movement
), pair AS (
  SELECT
    match.*, one.golden_id AS left_golden_id, other.golden_id AS right_golden_id,
    GREATEST(left_seen.first_date, right_seen.first_date) AS since_date,
    one.golden_id = other.golden_id AS is_one, NOT parted.left_id IS NULL AS is_apart
  FROM core.party_match AS match
  INNER JOIN core.party_golden AS one ON one.role_code = match.role_code AND one.record_id = match.left_id
  INNER JOIN core.party_golden AS other ON other.role_code = match.role_code AND other.record_id = match.right_id
  LEFT JOIN first_seen AS left_seen ON left_seen.role_code = match.role_code AND left_seen.record_id = match.left_id
  LEFT JOIN first_seen AS right_seen ON right_seen.role_code = match.role_code AND right_seen.record_id = match.right_id
  LEFT JOIN parted ON parted.role_code = match.role_code AND parted.left_id = match.left_id AND parted.right_id = match.right_id
), judged AS (
  /* A certain pair that fits two parties equally well was joined with neither: it waits like one in review. */
  SELECT *, NOT is_one AND NOT is_apart AND NOT is_two_codes AND band_code <> 'apart' AS is_open
  FROM pair
)
SELECT
  judged.role_code::TEXT AS role_code,  /* supplier or customer */
  judged.left_id::TEXT AS left_id,  /* Record that sorts first */
  judged.right_id::TEXT AS right_id,  /* The other record */
  judged.left_golden_id::TEXT AS left_golden_id,  /* Golden party of the first */
  judged.right_golden_id::TEXT AS right_golden_id,  /* Golden party of the other */
  judged.weight::DECIMAL(8, 1) AS weight,  /* Log2 odds that the two are one party, bits */
  judged.band_code::TEXT AS band_code,  /* auto, review, apart */
  judged.rule_code::TEXT AS rule_code,  /* uscc, tax_id, model */
  judged.evidence::TEXT AS evidence,  /* field=level:weight of every field */
  judged.is_two_codes::BOOLEAN AS is_two_codes,  /* Each has a valid credit code of its own, and they differ */
  judged.is_one::BOOLEAN AS is_one,  /* One golden party */
  judged.is_apart::BOOLEAN AS is_apart,  /* A steward keeps them apart */
  judged.is_open::BOOLEAN AS is_open,  /* A steward is to decide */
  judged.since_date::DATE AS since_date,  /* Day of the extract since which both are known */
  DATEDIFF('day', judged.since_date, as_of.as_of_date)::BIGINT AS open_days,  /* Days from then to the day the data speaks to */
  (judged.is_open AND COALESCE(DATEDIFF('day', judged.since_date, as_of.as_of_date) > @review_days, FALSE))::BOOLEAN AS is_overdue  /* Open longer than the policy allows */
FROM judged
CROSS JOIN as_of
