MODEL (
  name core.customer,
  kind FULL,
  owner sales,
  grain (customer_id),
  description 'Golden customers: the records of all plants that are one customer, each value by core.survivorship; where each came from and which lost: core.party_value.',
  tags (core),
  audits (not_null(columns := (customer_id)), unique_values(columns := (customer_id)))
);

WITH canonical AS (
  SELECT golden.golden_id, party.source_system, party._source_table, party._file_sha256, party._row
  FROM core.party_golden AS golden
  INNER JOIN core.party AS party
    ON party.role_code = golden.role_code AND party.record_id = golden.record_id
  WHERE golden.role_code = 'customer' AND golden.record_id = golden.canonical_record_id
), counted AS (
  SELECT golden_id, COUNT(*) AS source_count
  FROM core.party_golden
  WHERE role_code = 'customer'
  GROUP BY golden_id
), survived AS (
  SELECT golden_id, @EACH(
    [name, uscc, tax_id, country_code, city_name, address_name, phone_no],
    a -> MAX(CASE WHEN attribute = @SQL('''@a''') THEN value END) AS @a
  )
  FROM core.party_value
  WHERE role_code = 'customer' AND is_golden
  GROUP BY golden_id
)
SELECT
  canonical.golden_id::TEXT AS customer_id,  /* 'uscc:<code>' when a credit code proves itself, else '<system>:<code>' of the canonical record; stable, see core.party_alias */
  survived.name::TEXT AS customer_name,  /* Name */
  survived.uscc::TEXT AS uscc,  /* Unified social credit code with a valid check character, else NULL */
  survived.tax_id::TEXT AS tax_id,  /* Tax or registration number */
  survived.country_code::TEXT AS country_code,  /* ISO 3166-1 alpha-2 */
  survived.city_name::TEXT AS city_name,  /* City */
  survived.address_name::TEXT AS address_name,  /* Address as one text */
  survived.phone_no::TEXT AS phone_no,  /* Telephone number */
  counted.source_count::BIGINT AS source_count,  /* Records of all systems behind this one */
  canonical.source_system::TEXT AS source_system,  /* System of the canonical record */
  canonical._source_table::TEXT AS _source_table,  /* Contract of the canonical record */
  canonical._file_sha256::TEXT AS _file_sha256,  /* File of the canonical record */
  canonical._row::BIGINT AS _row  /* Record number in the file */
FROM canonical
INNER JOIN counted
  ON counted.golden_id = canonical.golden_id
LEFT JOIN survived
  ON survived.golden_id = canonical.golden_id
