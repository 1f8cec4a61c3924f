MODEL (
  name stg.u8_b__as_lot,
  kind EMBEDDED,
  owner plant_b_erp,
  grain (product_code, lot_no),
  description 'Lot master of plant B: dates of manufacture and expiry, supplier lot of purchased lots.',
  tags (stg, u8_b)
);

SELECT
  'B'::TEXT AS site_code,  /* Plant B */
  lot.product_code::TEXT AS product_code,  /* Item code */
  ('u8_b:' || lot.product_code)::TEXT AS product_id,  /* Product key 'u8_b:<product_code>' */
  @norm_lot(lot.lot_no)::TEXT AS lot_no,  /* Lot number, normalised */
  lot.manufactured_date::DATE AS manufactured_date,  /* Date of manufacture */
  lot.expiry_date::DATE AS expiry_date,  /* Last day of shelf life */
  lot.supplier_code::TEXT AS supplier_code,  /* Supplier of a purchased lot */
  @norm_lot(lot.supplier_lot_no)::TEXT AS supplier_lot_no,  /* Lot number of the supplier, normalised */
  NULL::DATE AS created_date,  /* U8 keeps no creation day of a lot */
  'u8_b'::TEXT AS source_system,  /* System the row came from */
  lot._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  lot._row::BIGINT AS _row  /* Record number in the file */
FROM stg.u8_b__batchproperty AS lot
