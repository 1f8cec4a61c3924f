MODEL (
  name core.movement,
  kind FULL,
  owner production,
  grain (movement_id),
  description 'Goods movements of all systems in one sign convention: + into stock, - out of it.',
  tags (core),
  audits (not_null(columns := (movement_id)), unique_values(columns := (movement_id)))
);

WITH cleaned AS (
  SELECT
    movement_id, site_code, @text(document_no) AS document_no, @text(line_no) AS line_no, posting_date,
    entered_at, movement_type_code, movement_class_code, is_reversal, product_id,
    @text(product_code) AS product_code, @norm_lot(lot_no) AS lot_no,
    @lot_id(site_code, @text(product_code), lot_no) AS lot_id, qty, uom_code, base_qty,
    @text(order_no) AS order_no, @order_id(site_code, order_no) AS order_id,
    @text(purchase_order_no) AS purchase_order_no, @text(po_line_no) AS po_line_no,
    @text(supplier_code) AS supplier_code, @text(customer_code) AS customer_code,
    @text(delivery_no) AS delivery_no, @text(to_product_code) AS to_product_code,
    @norm_lot(to_lot_no) AS to_lot_no, @lot_id(site_code, @text(to_product_code), to_lot_no) AS to_lot_id,
    reversal_of_movement_id, storage_location_code, is_backflush, source_system, _source_table,
    _file_sha256, _row
  FROM @entity(@as_movement) AS mapped
), netted AS (
  SELECT
    *,
    order_id IS NOT NULL AND SUM(base_qty) OVER (
      PARTITION BY order_id, product_code, lot_no, movement_class_code
    ) = 0 AS is_net_zero
  FROM cleaned
)
SELECT
  movement_id::TEXT AS movement_id,  /* Posting, unique over all systems */
  site_code::TEXT AS site_code,  /* Plant: A, B, C; G for public registers */
  document_no::TEXT AS document_no,  /* Document */
  line_no::TEXT AS line_no,  /* Line of the document */
  posting_date::DATE AS posting_date,  /* Posting date, plant calendar */
  entered_at::TIMESTAMPTZ AS entered_at,  /* Time of entry, UTC */
  movement_type_code::TEXT AS movement_type_code,  /* Movement type in the words of the source */
  movement_class_code::TEXT AS movement_class_code,  /* receipt, consumption, production, shipment ... (list in pipelines/sqlmesh/entities.py) */
  is_reversal::BOOLEAN AS is_reversal,  /* Takes back an earlier posting of the same class */
  product_id::TEXT AS product_id,  /* Product key '<system>:<product_code>' */
  product_code::TEXT AS product_code,  /* Material number as the plant writes it, without padding */
  lot_no::TEXT AS lot_no,  /* Lot number, normalised */
  lot_id::TEXT AS lot_id,  /* Lot key '<site>:<product_code>:<lot_no>', NULL when the lot is blank */
  qty::DECIMAL(18, 3) AS qty,  /* Signed quantity in uom_code, + into stock */
  uom_code::TEXT AS uom_code,  /* Unit of the quantity, UN/ECE Rec 20 */
  base_qty::DECIMAL(18, 3) AS base_qty,  /* Signed quantity in the base unit, NULL without a factor */
  order_no::TEXT AS order_no,  /* Production order number */
  order_id::TEXT AS order_id,  /* Order key '<site>:<order_no>' */
  purchase_order_no::TEXT AS purchase_order_no,  /* Purchase order received against */
  po_line_no::TEXT AS po_line_no,  /* Line of the purchase order */
  supplier_code::TEXT AS supplier_code,  /* Supplier number in its system */
  customer_code::TEXT AS customer_code,  /* Customer number in its system */
  delivery_no::TEXT AS delivery_no,  /* Delivery number */
  to_product_code::TEXT AS to_product_code,  /* Product after a relabel */
  to_lot_no::TEXT AS to_lot_no,  /* Lot after a relabel, normalised */
  to_lot_id::TEXT AS to_lot_id,  /* Key of the lot it went into */
  reversal_of_movement_id::TEXT AS reversal_of_movement_id,  /* Posting it takes back, when known */
  storage_location_code::TEXT AS storage_location_code,  /* Storage location */
  is_backflush::BOOLEAN AS is_backflush,  /* Posted by backflush, not observed */
  is_net_zero::BOOLEAN AS is_net_zero,  /* Postings of this order, lot and class cancel out; they stay as evidence, no edge comes of them */
  source_system::TEXT AS source_system,  /* System the row came from */
  _source_table::TEXT AS _source_table,  /* Contract of the source row */
  _file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  _row::BIGINT AS _row  /* Record number in the file */
FROM netted
