MODEL (
  name stg.sap_a__as_serial,
  kind EMBEDDED,
  owner plant_a_erp,
  grain (serial_no, product_id),
  description 'Serial numbers of plant A with the order that made the unit and the delivery that shipped it.',
  tags (stg, sap_a)
);

SELECT
  UPPER(unit.serial_no)::TEXT AS serial_no,  /* Serial number, upper case */
  ('sap_a:' || unit.product_code)::TEXT AS product_id,  /* Product key 'sap_a:<product_code>' */
  unit.product_code::TEXT AS product_code,  /* Material number without padding */
  'A'::TEXT AS site_code,  /* Plant A */
  @norm_lot(unit.lot_no)::TEXT AS lot_no,  /* Lot of the unit, normalised */
  unit.order_no::TEXT AS order_no,  /* Production order that made the unit */
  unit.delivery_no::TEXT AS delivery_no,  /* Delivery that shipped the unit */
  material.gtin::TEXT AS di,  /* Device identifier: GTIN of the material in its base unit */
  'sap_a'::TEXT AS source_system,  /* System the row came from */
  unit._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  unit._row::BIGINT AS _row  /* Record number in the file */
FROM stg.sap_a__objk AS unit
LEFT JOIN stg.sap_a__mara AS material
  ON material.product_code = unit.product_code
