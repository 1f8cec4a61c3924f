MODEL (
  name stg.mes_a__as_material_use,
  kind EMBEDDED,
  owner plant_a_mes,
  grain (event_id, product_code, lot_no),
  description 'Material lots consumed in operations of plant A.',
  tags (stg, mes_a)
);

SELECT
  used.event_id::TEXT AS event_id,  /* Operation run in which it was consumed */
  'A'::TEXT AS site_code,  /* Plant A */
  used.order_no::TEXT AS order_no,  /* Production order */
  used.operation_code::TEXT AS operation_code,  /* Operation of the routing */
  used.material_code::TEXT AS product_code,  /* Material consumed */
  used.lot_no::TEXT AS lot_no,  /* Lot consumed, as typed */
  used.to_material_code::TEXT AS to_product_code,  /* Product made */
  used.to_lot_no::TEXT AS to_lot_no,  /* Lot made, as typed */
  used.qty::DECIMAL(18, 3) AS qty,  /* Quantity consumed */
  used.uom_code::TEXT AS uom_code,  /* Unit of the quantity, UN/ECE Rec 20 */
  used.used_at::TIMESTAMPTZ AS used_at,  /* Time of consumption, UTC */
  COALESCE(used.is_backflush, FALSE)::BOOLEAN AS is_backflush,  /* Posted by backflush; the lot may be a guess */
  'mes_a'::TEXT AS source_system,  /* System the row came from */
  used._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  used._row::BIGINT AS _row  /* Record number in the file */
FROM stg.mes_a__consumption AS used
