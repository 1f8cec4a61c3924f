MODEL (
  name core.material_use,
  kind FULL,
  owner production,
  grain (source_system, _file_sha256, _row),
  description 'Material the shop floor reports as used, finer than ERP postings.',
  tags (core),
  audits (not_null(columns := (source_system, _file_sha256, _row)), unique_combination_of_columns(columns := (source_system, _file_sha256, _row)))
);

WITH used AS (
  SELECT
    *, @text(product_code) AS used_code, @text(lot_no) AS lot_text, @text(to_product_code) AS made_code,
    @text(to_lot_no) AS to_lot_text
  FROM @entity(@as_material_use) AS mapped
)
SELECT
  @text(used.event_id)::TEXT AS event_id,  /* Event number in its system */
  used.site_code::TEXT AS site_code,  /* Plant: A, B, C; G for public registers */
  @text(used.order_no)::TEXT AS order_no,  /* Production order number */
  @order_id(used.site_code, used.order_no)::TEXT AS order_id,  /* Order key '<site>:<order_no>' */
  used.operation_code::TEXT AS operation_code,  /* Operation */
  used.used_code::TEXT AS product_code,  /* Material number as the plant writes it, without padding */
  @norm_lot(used.lot_no)::TEXT AS lot_no,  /* Lot number as the system writes it, normalised */
  COALESCE(known.lot_id, @lot_id(used.site_code, used.used_code, used.lot_no))::TEXT AS lot_id,  /* Lot it stands for by core.lot_crosswalk, else the key of the spelling itself; NULL when the lot is blank */
  used.made_code::TEXT AS to_product_code,  /* Product it went into */
  @norm_lot(used.to_lot_no)::TEXT AS to_lot_no,  /* Lot it went into as the system writes it, normalised */
  COALESCE(made.lot_id, @lot_id(used.site_code, used.made_code, used.to_lot_no))::TEXT AS to_lot_id,  /* Key of the lot it went into */
  used.qty::DECIMAL(18, 3) AS qty,  /* Quantity in uom_code */
  used.uom_code::TEXT AS uom_code,  /* Unit of the quantity, UN/ECE Rec 20 */
  used.used_at::TIMESTAMPTZ AS used_at,  /* Time of use, UTC */
  used.is_backflush::BOOLEAN AS is_backflush,  /* Posted by backflush, not observed */
  used.source_system::TEXT AS source_system,  /* System the row came from */
  used._source_table::TEXT AS _source_table,  /* Contract of the source row */
  used._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  used._row::BIGINT AS _row  /* Record number in the file */
FROM used
LEFT JOIN core.lot_crosswalk AS known
  ON known.source_system = used.source_system AND known.site_code = used.site_code
  AND known.product_code IS NOT DISTINCT FROM used.used_code AND known.lot_text = used.lot_text
LEFT JOIN core.lot_crosswalk AS made
  ON made.source_system = used.source_system AND made.site_code = used.site_code
  AND made.product_code IS NOT DISTINCT FROM used.made_code AND made.lot_text = used.to_lot_text
