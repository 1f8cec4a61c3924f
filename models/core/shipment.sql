MODEL (
  name core.shipment,
  kind FULL,
  owner sales,
  grain (site_code, delivery_no, delivery_line_no),
  description 'Delivered lines by lot and customer.',
  tags (core),
  audits (not_null(columns := (site_code, delivery_no, delivery_line_no)), unique_combination_of_columns(columns := (site_code, delivery_no, delivery_line_no)))
);

WITH cleaned AS (
  SELECT
    @text(delivery_no) AS delivery_no,
    @text(delivery_line_no) AS delivery_line_no,
    site_code,
    shipped_date,
    @text(customer_code) AS customer_code,
    @text(product_code) AS product_code,
    product_id,
    @norm_lot(lot_no) AS lot_no,
    @lot_id(site_code, @text(product_code), lot_no) AS lot_id,
    qty,
    uom_code,
    base_qty,
    source_system,
    _source_table,
    _file_sha256,
    _row
  FROM @entity(@as_shipment) AS mapped
)
SELECT
  delivery_no::TEXT AS delivery_no,  /* Delivery number */
  delivery_line_no::TEXT AS delivery_line_no,  /* Line of the delivery */
  site_code::TEXT AS site_code,  /* Plant: A, B, C; G for public registers */
  shipped_date::DATE AS shipped_date,  /* Day of goods issue */
  customer_code::TEXT AS customer_code,  /* Customer number in its system */
  product_code::TEXT AS product_code,  /* Material number as the plant writes it, without padding */
  product_id::TEXT AS product_id,  /* Product key '<system>:<product_code>' */
  lot_no::TEXT AS lot_no,  /* Lot number, normalised */
  lot_id::TEXT AS lot_id,  /* Lot key '<site>:<product_code>:<lot_no>', NULL when the lot is blank */
  qty::DECIMAL(18, 3) AS qty,  /* Quantity in uom_code */
  uom_code::TEXT AS uom_code,  /* Unit of the quantity, UN/ECE Rec 20 */
  base_qty::DECIMAL(18, 3) AS base_qty,  /* Quantity in the base unit */
  source_system::TEXT AS source_system,  /* System the row came from */
  _source_table::TEXT AS _source_table,  /* Contract of the source row */
  _file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  _row::BIGINT AS _row  /* Record number in the file */
FROM cleaned
QUALIFY
  @is_survivor(site_code, delivery_no, delivery_line_no)
