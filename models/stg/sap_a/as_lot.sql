MODEL (
  name stg.sap_a__as_lot,
  kind EMBEDDED,
  owner plant_a_erp,
  grain (product_code, lot_no),
  description 'Lot master of plant A: dates of manufacture and expiry, supplier lot of purchased lots.',
  tags (stg, sap_a)
);

SELECT
  'A'::TEXT AS site_code,  /* Plant A */
  lot.product_code::TEXT AS product_code,  /* Material number without padding */
  ('sap_a:' || lot.product_code)::TEXT AS product_id,  /* Product key 'sap_a:<product_code>' */
  @norm_lot(lot.lot_no)::TEXT AS lot_no,  /* Lot number, normalised */
  lot.manufactured_date::DATE AS manufactured_date,  /* Date of manufacture */
  lot.expiry_date::DATE AS expiry_date,  /* Last day of shelf life */
  lot.supplier_code::TEXT AS supplier_code,  /* Supplier of a purchased lot */
  @norm_lot(lot.supplier_lot_no)::TEXT AS supplier_lot_no,  /* Lot number of the supplier, normalised */
  lot.created_date::DATE AS created_date,  /* Day the lot record was created */
  'sap_a'::TEXT AS source_system,  /* System the row came from */
  lot._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  lot._row::BIGINT AS _row  /* Record number in the file */
FROM stg.sap_a__mch1 AS lot
