MODEL (
  name core.production_order,
  kind FULL,
  owner production,
  grain (order_id),
  description 'Production and rework orders.',
  tags (core),
  audits (not_null(columns := (order_id)), unique_values(columns := (order_id)))
);

WITH cleaned AS (
  SELECT
    @text(order_no) AS order_no,
    @order_id(site_code, order_no) AS order_id,
    site_code,
    @text(product_code) AS product_code,
    product_id,
    @norm_lot(lot_no) AS lot_no,
    @lot_id(site_code, @text(product_code), lot_no) AS lot_id,
    order_type_code,
    planned_qty,
    uom_code,
    started_date,
    finished_date,
    status_code,
    source_system,
    _source_table,
    _file_sha256,
    _row
  FROM @entity(@as_order) AS mapped
)
SELECT
  order_no::TEXT AS order_no,  /* Production order number */
  order_id::TEXT AS order_id,  /* Order key '<site>:<order_no>' */
  site_code::TEXT AS site_code,  /* Plant: A, B, C; G for public registers */
  product_code::TEXT AS product_code,  /* Material number as the plant writes it, without padding */
  product_id::TEXT AS product_id,  /* Product key '<system>:<product_code>' */
  lot_no::TEXT AS lot_no,  /* Lot number, normalised */
  lot_id::TEXT AS lot_id,  /* Lot key '<site>:<product_code>:<lot_no>', NULL when the lot is blank */
  order_type_code::TEXT AS order_type_code,  /* production, rework or subcontract */
  planned_qty::DECIMAL(18, 3) AS planned_qty,  /* Planned quantity in uom_code */
  uom_code::TEXT AS uom_code,  /* Unit of the quantity, UN/ECE Rec 20 */
  started_date::DATE AS started_date,  /* First day of work */
  finished_date::DATE AS finished_date,  /* Last day of work */
  status_code::TEXT AS status_code,  /* Status in the source's words, mapped */
  source_system::TEXT AS source_system,  /* System the row came from */
  _source_table::TEXT AS _source_table,  /* Contract of the source row */
  _file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  _row::BIGINT AS _row  /* Record number in the file */
FROM cleaned
QUALIFY
  @is_survivor(order_id)
