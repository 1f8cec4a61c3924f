MODEL (
  name core.party,
  kind FULL,
  owner data_platform,
  grain (role_code, record_id),
  description 'Supplier and customer records of all systems as matching sees them: the values that identify, as corrected by stewards (override) where they were.',
  tags (core),
  audits (
    not_null(columns := (role_code, record_id, source_rank)),
    unique_combination_of_columns(columns := (role_code, record_id))
  )
);

WITH mapped AS (
  SELECT
    'supplier' AS role_code, source_system, site_code, @text(supplier_code) AS party_code, @text(supplier_name) AS party_name,
    uscc AS said_uscc, tax_id AS said_tax_id, country_code AS said_country_code, city_name, address_name, phone_no, is_blocked,
    _source_table, _file_sha256, _row
  FROM @entity(@as_supplier) AS supplier
  UNION ALL
  SELECT
    'customer' AS role_code, source_system, site_code, @text(customer_code) AS party_code, @text(customer_name) AS party_name,
    uscc AS said_uscc, tax_id AS said_tax_id, country_code AS said_country_code, city_name, address_name, phone_no, NULL AS is_blocked,
    _source_table, _file_sha256, _row
  FROM @entity(@as_customer) AS customer
), kept AS (
  SELECT *, source_system || ':' || party_code AS record_id
  FROM mapped
  QUALIFY @is_survivor(role_code, source_system, party_code)
), ranked AS (
  SELECT kept.*, @source_rank(rule.source_order, kept.source_system) AS source_rank
  FROM kept
  LEFT JOIN core.survivorship AS rule
    ON rule.role_code = kept.role_code AND rule.attribute = 'record_id'
), corrected AS (
  SELECT
    ranked.*,
    @bare_code(COALESCE(code.value, ranked.said_uscc)) AS uscc,
    @bare_code(COALESCE(tax.value, ranked.said_tax_id)) AS tax_id,
    @bare_code(COALESCE(country.value, ranked.said_country_code)) AS country_code
  FROM ranked
  LEFT JOIN stg.medlake__identity_override AS code
    ON code.role_code = ranked.role_code AND code.record_id = ranked.record_id AND code.attribute = 'uscc'
  LEFT JOIN stg.medlake__identity_override AS tax
    ON tax.role_code = ranked.role_code AND tax.record_id = ranked.record_id AND tax.attribute = 'tax_id'
  LEFT JOIN stg.medlake__identity_override AS country
    ON country.role_code = ranked.role_code AND country.record_id = ranked.record_id AND country.attribute = 'country_code'
)
SELECT
  role_code::TEXT AS role_code,  /* supplier or customer */
  record_id::TEXT AS record_id,  /* <system>:<code>, unique within a role */
  source_system::TEXT AS source_system,  /* System the row came from */
  site_code::TEXT AS site_code,  /* Plant: A, B, C; G for public registers */
  party_code::TEXT AS party_code,  /* Number in its system */
  source_rank::BIGINT AS source_rank,  /* Trust in the system, least is most; core.survivorship */
  party_name::TEXT AS party_name,  /* Name as written */
  uscc::TEXT AS uscc,  /* Credit code as written or as a steward corrected it; upper case, without signs */
  CASE WHEN @uscc_is_valid(uscc) THEN CASE WHEN country_code <> 'CN' THEN 'agent' ELSE 'own' END END::TEXT AS uscc_role_code,  /* own; agent: of the registered agent of a foreign firm; NULL: no valid code */
  tax_id::TEXT AS tax_id,  /* Tax or registration number, as written or corrected */
  country_code::TEXT AS country_code,  /* ISO 3166-1 alpha-2, as written or corrected */
  @bare_code(said_uscc)::TEXT AS said_uscc,  /* Credit code as the source says it */
  @bare_code(said_tax_id)::TEXT AS said_tax_id,  /* Tax or registration number as the source says it */
  @bare_code(said_country_code)::TEXT AS said_country_code,  /* Country as the source says it */
  @text(city_name)::TEXT AS city_name,  /* City */
  @text(address_name)::TEXT AS address_name,  /* Address as one text */
  @text(phone_no)::TEXT AS phone_no,  /* Telephone number as written */
  is_blocked::BOOLEAN AS is_blocked,  /* Blocked for purchasing; NULL for customers */
  _source_table::TEXT AS _source_table,  /* Contract of the source row */
  _file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  _row::BIGINT AS _row  /* Record number in the file */
FROM corrected
