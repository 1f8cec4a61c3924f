MODEL (
  name core.purchase_order_line,
  kind FULL,
  owner purchasing,
  grain (site_code, purchase_order_no, po_line_no),
  description 'Lines of approved purchase orders.',
  tags (core),
  audits (not_null(columns := (site_code, purchase_order_no, po_line_no)), unique_combination_of_columns(columns := (site_code, purchase_order_no, po_line_no)))
);

WITH cleaned AS (
  SELECT
    @text(purchase_order_no) AS purchase_order_no,
    @text(po_line_no) AS po_line_no,
    site_code,
    @text(supplier_code) AS supplier_code,
    product_id,
    ordered_qty,
    uom_code,
    net_price,
    currency_code,
    ordered_date,
    due_date,
    is_subcontracted,
    source_system,
    _source_table,
    _file_sha256,
    _row
  FROM @entity(@as_purchase_order_line) AS mapped
)
SELECT
  purchase_order_no::TEXT AS purchase_order_no,  /* Purchase order */
  po_line_no::TEXT AS po_line_no,  /* Line of the purchase order */
  site_code::TEXT AS site_code,  /* Plant: A, B, C; G for public registers */
  supplier_code::TEXT AS supplier_code,  /* Supplier number in its system */
  product_id::TEXT AS product_id,  /* Product key '<system>:<product_code>' */
  ordered_qty::DECIMAL(18, 3) AS ordered_qty,  /* Ordered quantity in uom_code */
  uom_code::TEXT AS uom_code,  /* Unit of the quantity, UN/ECE Rec 20 */
  net_price::DECIMAL(18, 4) AS net_price,  /* Price of one uom_code in currency_code */
  currency_code::TEXT AS currency_code,  /* ISO 4217 */
  ordered_date::DATE AS ordered_date,  /* Day of the order */
  due_date::DATE AS due_date,  /* Day the goods (or the action) are due */
  is_subcontracted::BOOLEAN AS is_subcontracted,  /* The vendor works on parts we provide */
  source_system::TEXT AS source_system,  /* System the row came from */
  _source_table::TEXT AS _source_table,  /* Contract of the source row */
  _file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  _row::BIGINT AS _row  /* Record number in the file */
FROM cleaned
QUALIFY
  @is_survivor(site_code, purchase_order_no, po_line_no)
