MODEL (
  name core.packing,
  kind FULL,
  owner sales,
  grain (site_code, handling_unit_no, item_no),
  description 'What is in each handling unit: a lot, or a lower handling unit.',
  tags (core),
  audits (not_null(columns := (site_code, handling_unit_no, item_no)), unique_combination_of_columns(columns := (site_code, handling_unit_no, item_no)))
);

WITH cleaned AS (
  SELECT
    @text(handling_unit_no) AS handling_unit_no,
    @text(item_no) AS item_no,
    site_code,
    @text(child_handling_unit_no) AS child_handling_unit_no,
    @text(delivery_no) AS delivery_no,
    @text(product_code) AS product_code,
    @norm_lot(lot_no) AS lot_no,
    @lot_id(site_code, @text(product_code), lot_no) AS lot_id,
    qty,
    source_system,
    _source_table,
    _file_sha256,
    _row
  FROM @entity(@as_packing) AS mapped
)
SELECT
  handling_unit_no::TEXT AS handling_unit_no,  /* Handling unit number of the system */
  item_no::TEXT AS item_no,  /* Line within the handling unit */
  site_code::TEXT AS site_code,  /* Plant: A, B, C; G for public registers */
  child_handling_unit_no::TEXT AS child_handling_unit_no,  /* Lower handling unit inside; NULL for material */
  delivery_no::TEXT AS delivery_no,  /* Delivery number */
  product_code::TEXT AS product_code,  /* Material number as the plant writes it, without padding */
  lot_no::TEXT AS lot_no,  /* Lot number, normalised */
  lot_id::TEXT AS lot_id,  /* Lot key '<site>:<product_code>:<lot_no>', NULL when the lot is blank */
  qty::DECIMAL(18, 3) AS qty,  /* Packed quantity, base unit; pieces of lower handling units */
  source_system::TEXT AS source_system,  /* System the row came from */
  _source_table::TEXT AS _source_table,  /* Contract of the source row */
  _file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  _row::BIGINT AS _row  /* Record number in the file */
FROM cleaned
QUALIFY
  @is_survivor(site_code, handling_unit_no, item_no)
