MODEL (
  name core.customer_crosswalk,
  kind FULL,
  owner sales,
  grain (source_system, customer_code),
  description 'Which customer a customer number of a system stands for, and by which rule it was matched.',
  tags (core),
  audits (not_null(columns := (source_system, customer_code, customer_id)), unique_combination_of_columns(columns := (source_system, customer_code)))
);

SELECT
  party.source_system::TEXT AS source_system,  /* System the row came from */
  party.party_code::TEXT AS customer_code,  /* Customer number in its system */
  party.site_code::TEXT AS site_code,  /* Plant: A, B, C; G for public registers */
  golden.golden_id::TEXT AS customer_id,  /* Golden customer */
  golden.match_rule_code::TEXT AS match_rule_code,  /* uscc: valid credit code of its own; tax_id; model: agrees well enough; steward: by decision; code: none, stands alone */
  CASE WHEN NOT party.uscc_role_code IS NULL THEN party.uscc END::TEXT AS uscc,  /* Credit code of the record, when it proves itself */
  party.uscc_role_code::TEXT AS uscc_role_code,  /* own, or agent: of the registered agent of a foreign customer */
  party._source_table::TEXT AS _source_table,  /* Contract of the source row */
  party._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  party._row::BIGINT AS _row  /* Record number in the file */
FROM core.party AS party
INNER JOIN core.party_golden AS golden
  ON golden.role_code = party.role_code AND golden.record_id = party.record_id
WHERE
  party.role_code = 'customer'
