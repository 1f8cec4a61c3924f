MODEL (
  name stg.gudid__as_udi_di,
  kind EMBEDDED,
  owner regulatory_affairs,
  grain (di),
  description 'Identifiers of the US register at every level, each with its device.',
  tags (stg, gudid)
);

SELECT
  identifier.di::TEXT AS di,  /* Device identifier (UDI-DI) */
  identifier.issuing_agency_code::TEXT AS issuing_agency_code,  /* GS1, HIBCC or ICCBBA */
  identifier.level_code::TEXT AS level_code,  /* unit_of_use, primary, package, direct_mark or secondary */
  ('gudid:' || identifier.primary_di)::TEXT AS product_id,  /* Product key 'gudid:<primary DI>' */
  identifier.primary_di::TEXT AS product_code,  /* Primary DI */
  'G'::TEXT AS site_code,  /* G: public register, no plant */
  device.brand_name::TEXT AS product_name,  /* Brand name */
  device.premarket_no::TEXT AS registration_no,  /* Premarket submission, when published */
  NULL::TEXT AS risk_class_code,  /* GUDID carries no risk class */
  device.published_date::DATE AS valid_from_date,  /* Day of first publication */
  COALESCE(identifier.status_code, device.status_code)::TEXT AS status_code,  /* active or withdrawn; a package has its own status */
  'gudid'::TEXT AS source_system,  /* System the row came from */
  identifier._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  identifier._row::BIGINT AS _row  /* Record number in the file */
FROM stg.gudid__identifier AS identifier
INNER JOIN stg.gudid__device AS device
  ON device.primary_di = identifier.primary_di
