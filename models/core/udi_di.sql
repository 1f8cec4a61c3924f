MODEL (
  name core.udi_di,
  kind FULL,
  owner regulatory,
  grain (di),
  description 'Device identifiers of the own register and of public registers.',
  tags (core),
  audits (not_null(columns := (di)), unique_values(columns := (di)))
);

WITH cleaned AS (
  SELECT
    di,
    issuing_agency_code,
    level_code,
    product_id,
    @text(product_code) AS product_code,
    site_code,
    product_name,
    @text(registration_no) AS registration_no,
    risk_class_code,
    valid_from_date,
    status_code,
    source_system,
    _source_table,
    _file_sha256,
    _row
  FROM @entity(@as_udi_di) AS mapped
)
SELECT
  di::TEXT AS di,  /* Device identifier (UDI-DI) */
  issuing_agency_code::TEXT AS issuing_agency_code,  /* GS1, HIBCC, ICCBBA, MA, AHM */
  level_code::TEXT AS level_code,  /* unit_of_use, primary, package, secondary or direct_mark */
  product_id::TEXT AS product_id,  /* Product key '<system>:<product_code>' */
  product_code::TEXT AS product_code,  /* Material number as the plant writes it, without padding */
  site_code::TEXT AS site_code,  /* Plant: A, B, C; G for public registers */
  product_name::TEXT AS product_name,  /* Name on the register */
  registration_no::TEXT AS registration_no,  /* Marketing authorisation number */
  risk_class_code::TEXT AS risk_class_code,  /* Risk class of the register */
  valid_from_date::DATE AS valid_from_date,  /* First day of validity */
  status_code::TEXT AS status_code,  /* Status in the source's words, mapped */
  source_system::TEXT AS source_system,  /* System the row came from */
  _source_table::TEXT AS _source_table,  /* Contract of the source row */
  _file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  _row::BIGINT AS _row  /* Record number in the file */
FROM cleaned
QUALIFY
  /* What the company says of its own identifiers, before what a public register repeats. */
  ROW_NUMBER() OVER (
    PARTITION BY di ORDER BY source_system <> 'udi', source_system, _file_sha256 DESC, _row DESC
  ) = 1
