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
)
SELECT
  event_id::TEXT AS event_id,  /* Event number in its system */
  site_code::TEXT AS site_code,  /* Plant: A, B, C; G for public registers */
  order_no::TEXT AS order_no,  /* Production order number */
  order_id::TEXT AS order_id,  /* Order key '<site>:<order_no>' */
  operation_code::TEXT AS operation_code,  /* Operation */
  operation_name::TEXT AS operation_name,  /* Operation in words */
  equipment_id::TEXT AS equipment_id,  /* Machine or gauge */
  operator_id::TEXT AS operator_id,  /* Person who worked */
  product_code::TEXT AS product_code,  /* Material number as the plant writes it, without padding */
  lot_no::TEXT AS lot_no,  /* Lot number, normalised */
  lot_id::TEXT AS lot_id,  /* Lot key '<site>:<product_code>:<lot_no>', NULL when the lot is blank */
  started_at::TIMESTAMPTZ AS started_at,  /* Start, UTC */
  ended_at::TIMESTAMPTZ AS ended_at,  /* End, UTC */
  input_qty::DECIMAL(18, 3) AS input_qty,  /* Units that entered */
  good_qty::DECIMAL(18, 3) AS good_qty,  /* Good units */
  scrap_qty::DECIMAL(18, 3) AS scrap_qty,  /* Scrapped units */
  rework_qty::DECIMAL(18, 3) AS rework_qty,  /* Units sent to rework */
  pass_no::BIGINT AS pass_no,  /* 1 for the first pass */
  planned_unit_time_s::DECIMAL(18, 3) AS planned_unit_time_s,  /* Planned run time for one unit, s */
  source_system::TEXT AS source_system,  /* System the row came from */
  _source_table::TEXT AS _source_table,  /* Contract of the source row */
  _file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  _row::BIGINT AS _row  /* Record number in the file */
FROM cleaned
QUALIFY
  @is_survivor(site_code, event_id)
