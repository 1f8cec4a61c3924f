MODEL (
  name stg.mes_a__as_operation_event,
  kind EMBEDDED,
  owner plant_a_mes,
  grain (event_id),
  description 'Operation runs reported by the MES of plant A.',
  tags (stg, mes_a)
);

SELECT
  event.event_id::TEXT AS event_id,  /* Number of the run in the MES */
  'A'::TEXT AS site_code,  /* Plant A */
  event.order_no::TEXT AS order_no,  /* Production order */
  event.operation_code::TEXT AS operation_code,  /* Operation of the routing */
  event.operation_name::TEXT AS operation_name,  /* Name of the operation */
  event.equipment_id::TEXT AS equipment_id,  /* Machine used */
  event.operator_id::TEXT AS operator_id,  /* Staff number of the operator */
  event.material_code::TEXT AS product_code,  /* Product made, as the ERP writes it */
  event.lot_no::TEXT AS lot_no,  /* Lot made, as typed */
  event.started_at::TIMESTAMPTZ AS started_at,  /* Start, UTC */
  event.ended_at::TIMESTAMPTZ AS ended_at,  /* End, UTC */
  event.input_qty::DECIMAL(18, 3) AS input_qty,  /* Quantity entered, base unit */
  event.good_qty::DECIMAL(18, 3) AS good_qty,  /* Good quantity, base unit */
  event.scrap_qty::DECIMAL(18, 3) AS scrap_qty,  /* Scrapped quantity, base unit */
  event.rework_qty::DECIMAL(18, 3) AS rework_qty,  /* Quantity sent to rework, base unit */
  event.pass_no::BIGINT AS pass_no,  /* 1 is the first pass */
  event.planned_unit_time_s::DECIMAL(18, 3) AS planned_unit_time_s,  /* Planned run time per unit, seconds */
  'mes_a'::TEXT AS source_system,  /* System the row came from */
  event._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  event._row::BIGINT AS _row  /* Record number in the file */
FROM stg.mes_a__operation_event AS event
