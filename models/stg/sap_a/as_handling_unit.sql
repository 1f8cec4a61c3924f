MODEL (
  name stg.sap_a__as_handling_unit,
  kind EMBEDDED,
  owner plant_a_erp,
  grain (handling_unit_no),
  description 'Pallets and cartons that left plant A.',
  tags (stg, sap_a)
);

SELECT
  unit.handling_unit_no::TEXT AS handling_unit_no,  /* Number of the handling unit, without padding */
  'A'::TEXT AS site_code,  /* Plant A */
  unit.sscc::TEXT AS sscc,  /* SSCC, check digit not guaranteed */
  unit.delivery_no::TEXT AS delivery_no,  /* Delivery it left with */
  unit.packed_date::DATE AS packed_date,  /* Day it was packed */
  'sap_a'::TEXT AS source_system,  /* System the row came from */
  unit._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  unit._row::BIGINT AS _row  /* Record number in the file */
FROM stg.sap_a__vekp AS unit
