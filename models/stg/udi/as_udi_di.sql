MODEL (
  name stg.udi__as_udi_di,
  kind EMBEDDED,
  owner regulatory_affairs,
  grain (di),
  description 'Device identifiers the company has registered, each with the product it stands for.',
  tags (stg, udi)
);

SELECT
  register.di::TEXT AS di,  /* Device identifier (UDI-DI), 14 digits */
  register.issuing_agency_code::TEXT AS issuing_agency_code,  /* Issuing agency */
  register.level_code::TEXT AS level_code,  /* unit_of_use, primary, package or direct_mark */
  (CASE register.site_code
    WHEN 'A' THEN 'sap_a:'
    WHEN 'B' THEN 'u8_b:' END || register.product_code)::TEXT AS product_id,  /* Product key of the site's ERP */
  register.product_code::TEXT AS product_code,  /* Product code of the site */
  register.site_code::TEXT AS site_code,  /* Plant: A or B */
  register.product_name::TEXT AS product_name,  /* Registered name */
  register.registration_no::TEXT AS registration_no,  /* Registration certificate number */
  register.risk_class_code::TEXT AS risk_class_code,  /* Class I, II or III */
  register.valid_from_date::DATE AS valid_from_date,  /* Day of publication */
  register.status_code::TEXT AS status_code,  /* active or withdrawn */
  'udi'::TEXT AS source_system,  /* System the row came from */
  register._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  register._row::BIGINT AS _row  /* Record number in the file */
FROM stg.udi__di AS register
