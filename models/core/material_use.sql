MODEL (
  name core.material_use,
  kind FULL,
  owner production,
  grain (source_system, _file_sha256, _row),
  description 'Material the shop floor reports as used, finer than ERP postings.',
  tags (core),
  audits (not_null(columns := (source_system, _file_sha256, _row)), unique_combination_of_columns(columns := (source_system, _file_sha256, _row)))
);

SELECT
  @text(event_id)::TEXT AS event_id,  /* Event number in its system */
  site_code::TEXT AS site_code,  /* Plant: A, B, C; G for public registers */
  @text(order_no)::TEXT AS order_no,  /* Production order number */
  @order_id(site_code, order_no)::TEXT AS order_id,  /* Order key '<site>:<order_no>' */
  operation_code::TEXT AS operation_code,  /* Operation */
  @text(product_code)::TEXT AS product_code,  /* Material number as the plant writes it, without padding */
  @norm_lot(lot_no)::TEXT AS lot_no,  /* Lot number, normalised */
  @lot_id(site_code, @text(product_code), lot_no)::TEXT AS lot_id,  /* Lot key '<site>:<product_code>:<lot_no>', NULL when the lot is blank */
  @text(to_product_code)::TEXT AS to_product_code,  /* Product it went into */
  @norm_lot(to_lot_no)::TEXT AS to_lot_no,  /* Lot it went into, normalised */
  @lot_id(site_code, @text(to_product_code), to_lot_no)::TEXT AS to_lot_id,  /* Key of the lot it went into */
  qty::DECIMAL(18, 3) AS qty,  /* Quantity in uom_code */
  uom_code::TEXT AS uom_code,  /* Unit of the quantity, UN/ECE Rec 20 */
  used_at::TIMESTAMPTZ AS used_at,  /* Time of use, UTC */
  is_backflush::BOOLEAN AS is_backflush,  /* Posted by backflush, not observed */
  source_system::TEXT AS source_system,  /* System the row came from */
  _source_table::TEXT AS _source_table,  /* Contract of the source row */
  _file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  _row::BIGINT AS _row  /* Record number in the file */
FROM @entity(@as_material_use) AS mapped
