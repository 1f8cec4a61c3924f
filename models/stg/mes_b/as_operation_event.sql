MODEL (
  name stg.mes_b__as_operation_event,
  kind EMBEDDED,
  owner plant_b_mes,
  grain (event_id),
  description 'Operation runs reported by the MES of plant B.',
  tags (stg, mes_b)
);

SELECT
  segment.segment_id::TEXT AS event_id,  /* Number of the run in the MES */
  'B'::TEXT AS site_code,  /* Plant B */
  segment.order_no::TEXT AS order_no,  /* Production order */
  segment.operation_code::TEXT AS operation_code,  /* Operation of the routing */
  segment.operation_name::TEXT AS operation_name,  /* Name of the operation */
  segment.equipment_id::TEXT AS equipment_id,  /* Machine used */
  segment.operator_id::TEXT AS operator_id,  /* Staff number of the operator */
  segment.material_code::TEXT AS product_code,  /* Product made, as the ERP writes it */
  segment.lot_no::TEXT AS lot_no,  /* Lot made, as typed */
  segment.started_at::TIMESTAMPTZ AS started_at,  /* Start, UTC */
  segment.ended_at::TIMESTAMPTZ AS ended_at,  /* End, UTC */
  segment.input_qty::DECIMAL(18, 3) AS input_qty,  /* Quantity entered, base unit */
  segment.good_qty::DECIMAL(18, 3) AS good_qty,  /* Good quantity, base unit */
  segment.scrap_qty::DECIMAL(18, 3) AS scrap_qty,  /* Scrapped quantity, base unit */
  segment.rework_qty::DECIMAL(18, 3) AS rework_qty,  /* Quantity sent to rework, base unit */
  segment.pass_no::BIGINT AS pass_no,  /* 1 is the first pass */
  segment.planned_unit_time_s::DECIMAL(18, 3) AS planned_unit_time_s,  /* Planned run time per unit, seconds */
  'mes_b'::TEXT AS source_system,  /* System the row came from */
  segment._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  segment._row::BIGINT AS _row  /* Record number in the file */
FROM stg.mes_b__segment_response AS segment
