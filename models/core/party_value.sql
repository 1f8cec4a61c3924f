MODEL (
  name core.party_value,
  kind FULL,
  owner data_platform,
  grain (role_code, golden_id, attribute, record_id, decision_id),
  description 'Every value every record and steward gives for a golden party, in the order of core.survivorship: place 1 is the golden value, the others lost. Each with its source cell or its decision.',
  tags (core),
  audits (
    not_null(columns := (role_code, golden_id, attribute, record_id, decision_id)),
    unique_combination_of_columns(columns := (role_code, golden_id, attribute, record_id, decision_id))
  )
);

WITH cell AS (
  SELECT
    golden.golden_id, rule.attribute, rule.first_code, rule.second_code, party.*, version.valid_from_date,
    @source_rank(rule.source_order, party.source_system) AS rank_no, override.decision_id, override.value AS override_value,
    CASE rule.attribute
      WHEN 'name' THEN party.party_name
      WHEN 'uscc' THEN party.said_uscc
      WHEN 'tax_id' THEN party.said_tax_id
      WHEN 'country_code' THEN party.said_country_code
      WHEN 'city_name' THEN party.city_name
      WHEN 'address_name' THEN party.address_name
      WHEN 'phone_no' THEN party.phone_no
      WHEN 'is_blocked' THEN party.is_blocked::TEXT
    END AS said_value
  FROM core.party AS party
  INNER JOIN core.party_golden AS golden USING (role_code, record_id)
  INNER JOIN core.survivorship AS rule
    ON rule.role_code = party.role_code AND rule.attribute <> 'record_id'
  LEFT JOIN core.party_version AS version
    ON version.role_code = party.role_code AND version._source_table = party._source_table
    AND version._file_sha256 = party._file_sha256 AND version._row = party._row
  LEFT JOIN stg.medlake__identity_override AS override
    ON override.role_code = party.role_code AND override.record_id = party.record_id AND override.attribute = rule.attribute
), given AS (
  /* A value that a steward replaced stays in sight and cannot win; nor can a code that proves nothing. */
  SELECT
    *, '' AS by_decision_id, said_value AS value,
    decision_id IS NULL AND (attribute <> 'uscc' OR COALESCE(uscc_role_code = 'own', FALSE)) AS is_eligible
  FROM cell
  WHERE NOT said_value IS NULL
  UNION ALL
  SELECT *, decision_id AS by_decision_id, NULLIF(override_value, '') AS value, TRUE AS is_eligible
  FROM cell
  WHERE NOT decision_id IS NULL
), keyed AS (
  SELECT
    *,
    CASE WHEN by_decision_id = '' THEN 1 ELSE 0 END AS key_0,
    @survivor_key(first_code, rank_no, valid_from_date, value) AS key_1,
    @survivor_key(second_code, rank_no, valid_from_date, value) AS key_2
  FROM given
), placed AS (
  SELECT
    *,
    ROW_NUMBER() OVER (
      PARTITION BY role_code, golden_id, attribute
      ORDER BY is_eligible DESC, key_0, key_1 NULLS LAST, key_2 NULLS LAST, source_rank, record_id, by_decision_id
    ) AS place_no
  FROM keyed
)
SELECT
  role_code::TEXT AS role_code,  /* supplier or customer */
  golden_id::TEXT AS golden_id,  /* Golden party */
  attribute::TEXT AS attribute,  /* Attribute, as in core.survivorship */
  place_no::BIGINT AS place_no,  /* 1 the best by the declared rules */
  (place_no = 1 AND is_eligible)::BOOLEAN AS is_golden,  /* The value of the golden record */
  is_eligible::BOOLEAN AS is_eligible,  /* FALSE: replaced by a steward, or a credit code that proves nothing of the firm */
  value::TEXT AS value,  /* The value; NULL where a steward says there is none */
  CASE WHEN by_decision_id <> '' THEN 'override' ELSE first_code END::TEXT AS rule_code,  /* override, or the first criterion of the attribute */
  by_decision_id::TEXT AS decision_id,  /* Decision that put the value, empty when a source gives it */
  record_id::TEXT AS record_id,  /* Record that gives it or that the decision is about */
  valid_from_date::DATE AS valid_from_date,  /* Day of the extract the record is of */
  source_system::TEXT AS source_system,  /* System the row came from */
  _source_table::TEXT AS _source_table,  /* Contract of the source row */
  _file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  _row::BIGINT AS _row  /* Record number in the file */
FROM placed
