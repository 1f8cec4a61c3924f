MODEL (
  name core.supplier,
  kind FULL,
  owner purchasing,
  grain (supplier_id),
  description 'Golden suppliers: records of several plants with one valid credit code are one supplier.',
  tags (core),
  audits (not_null(columns := (supplier_id)), unique_values(columns := (supplier_id)))
);

WITH identified AS (
  SELECT
    crosswalk.supplier_id, @text(mapped.supplier_name) AS supplier_name,
    CASE WHEN crosswalk.match_rule_code = 'uscc' THEN UPPER(@text(mapped.uscc)) END AS uscc,
    mapped.country_code, @text(mapped.city_name) AS city_name, mapped.is_blocked,
    mapped.source_system, mapped._source_table, mapped._file_sha256, mapped._row
  FROM @entity(@as_supplier) AS mapped
  INNER JOIN core.supplier_crosswalk AS crosswalk
    ON crosswalk.source_system = mapped.source_system
    AND crosswalk._source_table = mapped._source_table
    AND crosswalk._file_sha256 = mapped._file_sha256
    AND crosswalk._row = mapped._row
), counted AS (
  SELECT
    *,
    BOOL_OR(is_blocked) OVER (PARTITION BY supplier_id) AS is_any_blocked,
    COUNT(*) OVER (PARTITION BY supplier_id) AS source_count
  FROM identified
)
SELECT
  supplier_id::TEXT AS supplier_id,  /* 'uscc:<code>' when the credit code proves itself, else '<system>:<code>' */
  supplier_name::TEXT AS supplier_name,  /* Name of the surviving record */
  uscc::TEXT AS uscc,  /* Unified social credit code with a valid check character, else NULL */
  country_code::TEXT AS country_code,  /* ISO 3166-1 alpha-2 */
  city_name::TEXT AS city_name,  /* City */
  is_any_blocked::BOOLEAN AS is_blocked,  /* Blocked in at least one system */
  source_count::BIGINT AS source_count,  /* Records of all systems behind this one */
  source_system::TEXT AS source_system,  /* System the row came from */
  _source_table::TEXT AS _source_table,  /* Contract of the source row */
  _file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  _row::BIGINT AS _row  /* Record number in the file */
FROM counted
QUALIFY
  @is_survivor(supplier_id)
