MODEL (
  name core.product_identifier,
  kind FULL,
  owner master_data,
  grain (source_system, product_id, di, level_code),
  description 'Which identifier at which packaging level each system gives to a product: material masters and registers.',
  tags (core),
  audits (not_null(columns := (source_system, product_id, di, level_code)), unique_combination_of_columns(columns := (source_system, product_id, di, level_code)))
);

WITH given AS (
  SELECT product_id, site_code, di, level_code, NULL::TEXT AS registration_no, source_system, _source_table, _file_sha256, _row
  FROM core.product_gtin
  UNION ALL
  SELECT product_id, site_code, di, level_code, registration_no, source_system, _source_table, _file_sha256, _row
  FROM core.udi_di
  WHERE NOT product_id IS NULL
), written AS (
  SELECT
    * EXCLUDE (di), @gtin_is_valid(di) AS is_gtin,
    CASE WHEN @gtin_is_valid(di) THEN LPAD(di, 14, '0') ELSE di END AS di
  FROM given
)
SELECT
  product_id::TEXT AS product_id,  /* Product key '<system>:<product_code>' */
  site_code::TEXT AS site_code,  /* Plant: A, B, C; G for public registers */
  di::TEXT AS di,  /* Device identifier, a GTIN with 14 digits */
  COALESCE(is_gtin, FALSE)::BOOLEAN AS is_gtin,  /* A GTIN with the right check digit */
  level_code::TEXT AS level_code,  /* unit_of_use, primary, package, secondary or direct_mark */
  registration_no::TEXT AS registration_no,  /* Marketing authorisation number, when the system knows it */
  source_system::TEXT AS source_system,  /* System that says so */
  _source_table::TEXT AS _source_table,  /* Contract of the source row */
  _file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  _row::BIGINT AS _row  /* Record number in the file */
FROM written
WHERE
  NOT di IS NULL AND NOT level_code IS NULL
QUALIFY
  @is_survivor(source_system, product_id, di, level_code)
