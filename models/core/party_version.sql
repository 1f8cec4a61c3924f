MODEL (
  name core.party_version,
  kind FULL,
  owner data_platform,
  grain (role_code, _source_table, _file_sha256, _row),
  description 'Every state of a supplier or customer record ever delivered: valid from the day of its extract, known since its file came. version_no counts in the order in which states replace each other.',
  tags (core),
  audits (
    not_null(columns := (role_code, record_id, version_no, known_from_at)),
    unique_combination_of_columns(columns := (role_code, _source_table, _file_sha256, _row))
  )
);

WITH delivered AS (
  SELECT
    'supplier' AS role_code, supplier_code AS party_code, supplier_name AS party_name, uscc, tax_id, country_code, city_name,
    address_name, phone_no, is_blocked, extracted_on, is_current, source_system, _source_table, _file_sha256, _row
  FROM @entity(@as_supplier_version) AS supplier
  UNION ALL
  SELECT
    'customer' AS role_code, customer_code AS party_code, customer_name AS party_name, uscc, tax_id, country_code, city_name,
    address_name, phone_no, NULL AS is_blocked, extracted_on, is_current, source_system, _source_table, _file_sha256, _row
  FROM @entity(@as_customer_version) AS customer
), loaded AS (
  /* Two deliveries of one file are one file; it is known since the first. */
  SELECT source_table, file_sha256, MIN(loaded_at) AS known_from_at
  FROM stg.medlake__load
  WHERE status = 'loaded'
  GROUP BY source_table, file_sha256
)
SELECT
  delivered.role_code::TEXT AS role_code,  /* supplier or customer */
  (delivered.source_system || ':' || @text(delivered.party_code))::TEXT AS record_id,  /* <system>:<code> */
  ROW_NUMBER() OVER (
    PARTITION BY delivered.role_code, delivered.source_system, @text(delivered.party_code)
    ORDER BY delivered.is_current, delivered.extracted_on NULLS FIRST, delivered._file_sha256, delivered._row
  )::BIGINT AS version_no,  /* Place in the order of replacement, 1 the oldest */
  delivered.is_current::BOOLEAN AS is_current,  /* The state that counts now */
  STRPTIME(NULLIF(delivered.extracted_on, ''), '%Y%m%d')::DATE AS valid_from_date,  /* Day the record speaks of: that of its extract */
  loaded.known_from_at::TIMESTAMPTZ AS known_from_at,  /* When its file came, UTC */
  @text(delivered.party_name)::TEXT AS party_name,  /* Name as written */
  @bare_code(delivered.uscc)::TEXT AS uscc,  /* Credit code as written; upper case, without signs */
  @bare_code(delivered.tax_id)::TEXT AS tax_id,  /* Tax or registration number as written */
  @bare_code(delivered.country_code)::TEXT AS country_code,  /* ISO 3166-1 alpha-2 */
  @text(delivered.city_name)::TEXT AS city_name,  /* City */
  @text(delivered.address_name)::TEXT AS address_name,  /* Address as one text */
  @text(delivered.phone_no)::TEXT AS phone_no,  /* Telephone number as written */
  delivered.is_blocked::BOOLEAN AS is_blocked,  /* Blocked for purchasing; NULL for customers */
  delivered.source_system::TEXT AS source_system,  /* System the row came from */
  delivered._source_table::TEXT AS _source_table,  /* Contract of the source row */
  delivered._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  delivered._row::BIGINT AS _row  /* Record number in the file */
FROM delivered
INNER JOIN loaded
  ON loaded.source_table = delivered._source_table AND loaded.file_sha256 = delivered._file_sha256
