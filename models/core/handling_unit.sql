MODEL (
  name core.handling_unit,
  kind FULL,
  owner sales,
  grain (site_code, handling_unit_no),
  description 'Pallets and cartons by SSCC and the delivery each left with.',
  tags (core),
  audits (not_null(columns := (site_code, handling_unit_no)), unique_combination_of_columns(columns := (site_code, handling_unit_no)))
);

WITH cleaned AS (
  SELECT
    @text(handling_unit_no) AS handling_unit_no,
    site_code,
    @text(sscc) AS sscc,
    @text(delivery_no) AS delivery_no,
    packed_date,
    source_system,
    _source_table,
    _file_sha256,
    _row
  FROM @entity(@as_handling_unit) AS mapped
)
SELECT
  handling_unit_no::TEXT AS handling_unit_no,  /* Handling unit number of the system */
  site_code::TEXT AS site_code,  /* Plant: A, B, C; G for public registers */
  sscc::TEXT AS sscc,  /* GS1 serial shipping container code as it came; see is_sscc_valid */
  @sscc_is_valid(sscc)::BOOLEAN AS is_sscc_valid,  /* 18 digits with the right check digit */
  delivery_no::TEXT AS delivery_no,  /* Delivery number */
  packed_date::DATE AS packed_date,  /* Day it was packed */
  source_system::TEXT AS source_system,  /* System the row came from */
  _source_table::TEXT AS _source_table,  /* Contract of the source row */
  _file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  _row::BIGINT AS _row  /* Record number in the file */
FROM cleaned
QUALIFY
  @is_survivor(site_code, handling_unit_no)
