MODEL (
  name stg.sap_a__as_packing,
  kind EMBEDDED,
  owner plant_a_erp,
  grain (handling_unit_no, item_no),
  description 'What is in the handling units of plant A: lots of material, or lower handling units.',
  tags (stg, sap_a)
);

SELECT
  item.handling_unit_no::TEXT AS handling_unit_no,  /* Number of the handling unit, without padding */
  item.item_no::TEXT AS item_no,  /* Line within it */
  'A'::TEXT AS site_code,  /* Plant A */
  item.child_handling_unit_no::TEXT AS child_handling_unit_no,  /* Lower handling unit inside; NULL for material */
  item.delivery_no::TEXT AS delivery_no,  /* Delivery it left with */
  item.product_code::TEXT AS product_code,  /* Material number without padding */
  @norm_lot(item.lot_no)::TEXT AS lot_no,  /* Lot inside, normalised */
  item.qty::DECIMAL(18, 3) AS qty,  /* Packed quantity, base unit */
  'sap_a'::TEXT AS source_system,  /* System the row came from */
  item._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  item._row::BIGINT AS _row  /* Record number in the file */
FROM stg.sap_a__vepo AS item
