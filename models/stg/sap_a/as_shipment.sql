MODEL (
  name stg.sap_a__as_shipment,
  kind EMBEDDED,
  owner plant_a_erp,
  grain (delivery_no, delivery_line_no),
  description 'Delivery lines of plant A; a line whose head is missing or not yet posted has no shipping day.',
  tags (stg, sap_a)
);

SELECT
  line.delivery_no::TEXT AS delivery_no,  /* Delivery number */
  line.delivery_line_no::TEXT AS delivery_line_no,  /* Line of the delivery */
  (CASE line.plant_code WHEN '1000' THEN 'A' END)::TEXT AS site_code,  /* Plant A is SAP plant 1000; any other plant has no site */
  head.shipped_date::DATE AS shipped_date,  /* Day of goods issue, local to the plant */
  head.customer_code::TEXT AS customer_code,  /* Customer of the delivery */
  line.product_code::TEXT AS product_code,  /* Material number without padding */
  ('sap_a:' || line.product_code)::TEXT AS product_id,  /* Product key 'sap_a:<product_code>' */
  @norm_lot(line.lot_no)::TEXT AS lot_no,  /* Lot number, normalised */
  line.qty::DECIMAL(18, 3) AS qty,  /* Shipped quantity in uom_code */
  line.uom_code::TEXT AS uom_code,  /* Unit of the quantity, UN/ECE Rec 20 */
  (CASE
    WHEN line.uom_code = material.base_uom_code THEN line.qty
    ELSE line.qty * factor.numerator_qty / NULLIF(factor.denominator_qty, 0)
  END)::DECIMAL(18, 3) AS base_qty,  /* Shipped quantity in the base unit; NULL when the material has no factor */
  'sap_a'::TEXT AS source_system,  /* System the row came from */
  line._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  line._row::BIGINT AS _row  /* Record number in the file */
FROM stg.sap_a__lips AS line
LEFT JOIN stg.sap_a__likp AS head
  ON head.delivery_no = line.delivery_no
LEFT JOIN stg.sap_a__mara AS material
  ON material.product_code = line.product_code
LEFT JOIN stg.sap_a__marm AS factor
  ON factor.product_code = line.product_code AND factor.uom_code = line.uom_code
