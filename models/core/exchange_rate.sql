MODEL (
  name core.exchange_rate,
  kind FULL,
  owner finance,
  grain (currency_code, valid_from_date),
  description 'Exchange rates to CNY.',
  tags (core),
  audits (not_null(columns := (currency_code)), unique_combination_of_columns(columns := (currency_code, valid_from_date)))
);

SELECT
  currency_code::TEXT AS currency_code,  /* ISO 4217 */
  valid_from_date::DATE AS valid_from_date,  /* First day of validity */
  rate_cny::DECIMAL(18, 6) AS rate_cny,  /* CNY for one unit of the currency */
  source_system::TEXT AS source_system,  /* System the row came from */
  _source_table::TEXT AS _source_table,  /* Contract of the source row */
  _file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  _row::BIGINT AS _row  /* Record number in the file */
FROM @entity(@as_exchange_rate) AS mapped
QUALIFY
  @is_survivor(currency_code, valid_from_date)
