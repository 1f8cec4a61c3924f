MODEL (
  name stg.mes_b__as_material_use,
  kind EMBEDDED,
  owner plant_b_mes,
  grain (event_id, product_code, lot_no),
  description 'Material lots consumed in operations of plant B, from the material actuals of each segment.',
  tags (stg, mes_b)
);

SELECT
  used.segment_id::TEXT AS event_id,  /* Segment in which it was consumed */
  'B'::TEXT AS site_code,  /* Plant B */
  used.order_no::TEXT AS order_no,  /* Production order */
  used.operation_code::TEXT AS operation_code,  /* Operation of the routing */
  used.material_code::TEXT AS product_code,  /* Material consumed */
  used.lot_no::TEXT AS lot_no,  /* Lot consumed, as typed */
  segment.material_code::TEXT AS to_product_code,  /* Product made in the segment */
  segment.lot_no::TEXT AS to_lot_no,  /* Lot made, as typed */
  used.qty::DECIMAL(18, 3) AS qty,  /* Quantity consumed */
  used.uom_code::TEXT AS uom_code,  /* Unit of the quantity, UN/ECE Rec 20 */
  used.used_at::TIMESTAMPTZ AS used_at,  /* End of the segment, UTC */
  FALSE::BOOLEAN AS is_backflush,  /* B2MML actuals are reported, not backflushed */
  'mes_b'::TEXT AS source_system,  /* System the row came from */
  used._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  used._row::BIGINT AS _row  /* Record number in the file */
FROM stg.mes_b__material_actual AS used
LEFT JOIN stg.mes_b__segment_response AS segment
  ON segment.segment_id = used.segment_id
WHERE
  used.material_use_code IN ('Consumed', 'Consumable', 'Material Consumed')
