MODEL (
  name core.customer,
  kind FULL,
  owner sales,
  grain (customer_id),
  description 'Golden customers: records of several plants with one valid credit code are one customer.',
  tags (core),
  audits (not_null(columns := (customer_id)), unique_values(columns := (customer_id)))
);

WITH identified AS (
  SELECT
    crosswalk.customer_id, @text(mapped.customer_name) AS customer_name,
    CASE WHEN crosswalk.match_rule_code = 'uscc' THEN UPPER(@text(mapped.uscc)) END AS uscc,
    mapped.country_code, @text(mapped.city_name) AS city_name,
    mapped.source_system, mapped._source_table, mapped._file_sha256, mapped._row
  FROM @entity(@as_customer) AS mapped
  INNER JOIN core.customer_crosswalk AS crosswalk
    ON crosswalk.source_system = mapped.source_system
    AND crosswalk._source_table = mapped._source_table
    AND crosswalk._file_sha256 = mapped._file_sha256
    AND crosswalk._row = mapped._row
), counted AS (
  SELECT
    *,
    COUNT(*) OVER (PARTITION BY customer_id) AS source_count
  FROM identified
)
SELECT
  customer_id::TEXT AS customer_id,  /* 'uscc:<code>' when the credit code proves itself, else '<system>:<code>' */
  customer_name::TEXT AS customer_name,  /* Name of the surviving record */
  uscc::TEXT AS uscc,  /* Unified social credit code with a valid check character, else NULL */
  country_code::TEXT AS country_code,  /* ISO 3166-1 alpha-2 */
  city_name::TEXT AS city_name,  /* City */
  source_count::BIGINT AS source_count,  /* Records of all systems behind this one */
  source_system::TEXT AS source_system,  /* System the row came from */
  _source_table::TEXT AS _source_table,  /* Contract of the source row */
  _file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  _row::BIGINT AS _row  /* Record number in the file */
FROM counted
QUALIFY
  @is_survivor(customer_id)
