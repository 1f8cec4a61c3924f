MODEL (
  name core.supplier_crosswalk,
  kind FULL,
  owner purchasing,
  grain (source_system, supplier_code),
  description 'Which supplier a supplier number of a system stands for, and by which rule it was matched.',
  tags (core),
  audits (not_null(columns := (source_system, supplier_code)), unique_combination_of_columns(columns := (source_system, supplier_code)))
);

WITH checked AS (
  SELECT
    source_system, site_code, @text(supplier_code) AS supplier_code, UPPER(@text(uscc)) AS uscc,
    UPPER(@text(country_code)) AS country_code, _source_table, _file_sha256, _row
  FROM @entity(@as_supplier) AS mapped
), owned AS (
  /* Only companies in China are given a code of their own; a foreign supplier's record holds its agent's. */
  SELECT
    *,
    CASE WHEN @uscc_is_valid(uscc) THEN CASE WHEN country_code <> 'CN' THEN 'agent' ELSE 'own' END END AS uscc_role_code
  FROM checked
), matched AS (
  SELECT *, CASE WHEN uscc_role_code = 'own' THEN 'uscc' ELSE 'code' END AS match_rule_code
  FROM owned
), identified AS (
  SELECT
    *,
    CASE match_rule_code WHEN 'uscc' THEN 'uscc:' || uscc ELSE source_system || ':' || supplier_code END AS supplier_id
  FROM matched
)
SELECT
  source_system::TEXT AS source_system,  /* System the row came from */
  supplier_code::TEXT AS supplier_code,  /* Supplier number in its system */
  site_code::TEXT AS site_code,  /* Plant: A, B, C; G for public registers */
  supplier_id::TEXT AS supplier_id,  /* Golden supplier */
  match_rule_code::TEXT AS match_rule_code,  /* uscc: valid credit code of its own; code: none, stands alone */
  CASE WHEN uscc_role_code IS NOT NULL THEN uscc END::TEXT AS uscc,  /* Credit code in the record, when it proves itself */
  uscc_role_code::TEXT AS uscc_role_code,  /* own, or agent: of the registered agent of a foreign supplier */
  _source_table::TEXT AS _source_table,  /* Contract of the source row */
  _file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  _row::BIGINT AS _row  /* Record number in the file */
FROM identified
QUALIFY
  @is_survivor(source_system, supplier_code)
