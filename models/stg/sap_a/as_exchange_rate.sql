MODEL (
  name stg.sap_a__as_exchange_rate,
  kind EMBEDDED,
  owner plant_a_erp,
  grain (currency_code, valid_from_date),
  description 'Exchange rates to CNY; an indirect quotation (negative in SAP) is turned round.',
  tags (stg, sap_a)
);

SELECT
  rate.from_currency_code::TEXT AS currency_code,  /* ISO 4217 */
  rate.valid_from_date::DATE AS valid_from_date,  /* First day of validity */
  (CASE
    WHEN rate.exchange_rate < 0 THEN 1 / ABS(rate.exchange_rate)
    ELSE rate.exchange_rate
  END)::DECIMAL(18, 6) AS rate_cny,  /* CNY for one unit of the currency */
  'sap_a'::TEXT AS source_system,  /* System the row came from */
  rate._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  rate._row::BIGINT AS _row  /* Record number in the file */
FROM stg.sap_a__tcurr AS rate
WHERE
  rate.to_currency_code = 'CNY'
