MODEL (
  name core.serial,
  kind FULL,
  owner production,
  grain (serial_no, product_id),
  description 'Serialised units; the pair is unique because one serial may be wrongly used on two products (DQ-SER-001).',
  tags (core),
  audits (not_null(columns := (serial_no, product_id)), unique_combination_of_columns(columns := (serial_no, product_id)))
);

WITH cleaned AS (
  SELECT
    UPPER(@text(serial_no)) AS serial_no,
    product_id,
    @text(product_code) AS product_code,
    site_code,
    @norm_lot(lot_no) AS lot_no,
    @lot_id(site_code, @text(product_code), lot_no) AS lot_id,
    @text(order_no) AS order_no,
    @order_id(site_code, order_no) AS order_id,
    @text(delivery_no) AS delivery_no,
    di,
    source_system,
    _source_table,
    _file_sha256,
    _row
  FROM @entity(@as_serial) AS mapped
)
SELECT
  serial_no::TEXT AS serial_no,  /* Serial number, upper case, trimmed */
  product_id::TEXT AS product_id,  /* Product key '<system>:<product_code>' */
  product_code::TEXT AS product_code,  /* Material number as the plant writes it, without padding */
  site_code::TEXT AS site_code,  /* Plant: A, B, C; G for public registers */
  lot_no::TEXT AS lot_no,  /* Lot number, normalised */
  lot_id::TEXT AS lot_id,  /* Lot key '<site>:<product_code>:<lot_no>', NULL when the lot is blank */
  order_no::TEXT AS order_no,  /* Production order number */
  order_id::TEXT AS order_id,  /* Order key '<site>:<order_no>' */
  delivery_no::TEXT AS delivery_no,  /* Delivery number */
  di::TEXT AS di,  /* Device identifier (UDI-DI) */
  source_system::TEXT AS source_system,  /* System the row came from */
  _source_table::TEXT AS _source_table,  /* Contract of the source row */
  _file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  _row::BIGINT AS _row  /* Record number in the file */
FROM cleaned
QUALIFY
  @is_survivor(serial_no, product_id)
