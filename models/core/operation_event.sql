MODEL (
  name core.operation_event,
  kind FULL,
  owner production,
  grain (site_code, event_id),
  description 'Executed operations with quantities and times.',
  tags (core),
  audits (not_null(columns := (site_code, event_id)), unique_combination_of_columns(columns := (site_code, event_id)))
);

WITH cleaned AS (
  SELECT
    @text(event_id) AS event_id,
    site_code,
    @text(order_no) AS order_no,
    @order_id(site_code, order_no) AS order_id,
    operation_code,
    operation_name,
    @text(equipment_id) AS equipment_id,
    operator_id,
    @text(product_code) AS product_code,
    @text(lot_no) AS lot_text,
    @norm_lot(lot_no) AS lot_no,
    @lot_id(site_code, @text(product_code), lot_no) AS lot_id,
    started_at,
    ended_at,
    input_qty,
    good_qty,
    scrap_qty,
    rework_qty,
    pass_no,
    planned_unit_time_s,
    source_system,
    _source_table,
    _file_sha256,
    _row
  FROM @entity(@as_operation_event) AS mapped
), kept AS (
  SELECT * FROM cleaned QUALIFY @is_survivor(site_code, event_id)
)
SELECT
  kept.event_id::TEXT AS event_id,  /* Event number in its system */
  kept.site_code::TEXT AS site_code,  /* Plant: A, B, C; G for public registers */
  kept.order_no::TEXT AS order_no,  /* Production order number */
  kept.order_id::TEXT AS order_id,  /* Order key '<site>:<order_no>' */
  kept.operation_code::TEXT AS operation_code,  /* Operation */
  kept.operation_name::TEXT AS operation_name,  /* Operation in words */
  kept.equipment_id::TEXT AS equipment_id,  /* Machine or gauge */
  kept.operator_id::TEXT AS operator_id,  /* Person who worked */
  kept.product_code::TEXT AS product_code,  /* Material number as the plant writes it, without padding */
  kept.lot_no::TEXT AS lot_no,  /* Lot number as the system writes it, normalised */
  COALESCE(known.lot_id, kept.lot_id)::TEXT AS lot_id,  /* Lot it stands for by core.lot_crosswalk, else the key of the spelling itself; NULL when the lot is blank */
  kept.started_at::TIMESTAMPTZ AS started_at,  /* Start, UTC */
  kept.ended_at::TIMESTAMPTZ AS ended_at,  /* End, UTC */
  kept.input_qty::DECIMAL(18, 3) AS input_qty,  /* Units that entered */
  kept.good_qty::DECIMAL(18, 3) AS good_qty,  /* Good units */
  kept.scrap_qty::DECIMAL(18, 3) AS scrap_qty,  /* Scrapped units */
  kept.rework_qty::DECIMAL(18, 3) AS rework_qty,  /* Units sent to rework */
  kept.pass_no::BIGINT AS pass_no,  /* 1 for the first pass */
  kept.planned_unit_time_s::DECIMAL(18, 3) AS planned_unit_time_s,  /* Planned run time for one unit, s */
  kept.source_system::TEXT AS source_system,  /* System the row came from */
  kept._source_table::TEXT AS _source_table,  /* Contract of the source row */
  kept._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  kept._row::BIGINT AS _row  /* Record number in the file */
FROM kept
LEFT JOIN core.lot_crosswalk AS known
  ON known.source_system = kept.source_system AND known.site_code = kept.site_code
  AND known.product_code IS NOT DISTINCT FROM kept.product_code AND known.lot_text = kept.lot_text
