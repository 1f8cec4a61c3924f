MODEL (
  name stg.adventureworks__as_movement,
  kind EMBEDDED,
  owner plant_c_erp,
  grain (movement_id),
  description 'Receipts of complete purchase orders of plant C. What was rejected goes back to the vendor, so that receipts less returns equal the stocked quantity.',
  tags (stg, adventureworks)
);

WITH received_or_rejected AS (
  SELECT
    purchase_order_no, po_line_no, internal_product_id, received_at, 'ReceivedQty' AS type_code, 'receipt' AS class_code,
    received_qty AS qty, _file_sha256, _row
  FROM stg.adventureworks__purchase_order_detail
  UNION ALL
  SELECT
    purchase_order_no, po_line_no, internal_product_id, received_at, 'RejectedQty', 'return_to_supplier',
    -rejected_qty, _file_sha256, _row
  FROM stg.adventureworks__purchase_order_detail
), component_unit AS (
  SELECT
    component_internal_product_id,
    MIN(uom_code) AS uom_code
  FROM stg.adventureworks__bill_of_materials
  GROUP BY
    component_internal_product_id
)
SELECT
  ('adventureworks:' || posted.purchase_order_no || ':' || posted.po_line_no || ':' || posted.class_code)::TEXT AS movement_id,  /* Movement key 'adventureworks:<order>:<line>:<class>' */
  'C'::TEXT AS site_code,  /* Plant C */
  posted.purchase_order_no::TEXT AS document_no,  /* Purchase order: AdventureWorks keeps no receipt document */
  posted.po_line_no::TEXT AS line_no,  /* Line of the purchase order */
  (posted.received_at AT TIME ZONE 'America/Los_Angeles')::DATE AS posting_date,  /* Local day of the last change of the line, which entered the receipt */
  posted.received_at::TIMESTAMPTZ AS entered_at,  /* The same as time, UTC */
  posted.type_code::TEXT AS movement_type_code,  /* ReceivedQty or RejectedQty: the column that holds the quantity */
  posted.class_code::TEXT AS movement_class_code,  /* receipt or return_to_supplier */
  FALSE::BOOLEAN AS is_reversal,  /* AdventureWorks posts no reversals */
  ('adventureworks:' || product.product_code)::TEXT AS product_id,  /* Product key 'adventureworks:<product_code>' */
  product.product_code::TEXT AS product_code,  /* Product number */
  NULL::TEXT AS lot_no,  /* AdventureWorks keeps no lots */
  posted.qty::DECIMAL(18, 3) AS qty,  /* Quantity into (+) or out of (-) stock */
  COALESCE(component_unit.uom_code, 'C62')::TEXT AS uom_code,  /* Base unit of the product */
  posted.qty::DECIMAL(18, 3) AS base_qty,  /* The same: AdventureWorks stocks what it receives without conversion */
  NULL::TEXT AS order_no,  /* No production order */
  posted.purchase_order_no::TEXT AS purchase_order_no,  /* Purchase order */
  posted.po_line_no::TEXT AS po_line_no,  /* Line of the purchase order */
  vendor.supplier_code::TEXT AS supplier_code,  /* Vendor account number */
  NULL::TEXT AS customer_code,  /* No customer */
  NULL::TEXT AS delivery_no,  /* No delivery */
  NULL::TEXT AS to_product_code,  /* No relabelling */
  NULL::TEXT AS to_lot_no,  /* No relabelling */
  NULL::TEXT AS reversal_of_movement_id,  /* AdventureWorks posts no reversals */
  NULL::TEXT AS storage_location_code,  /* The line names no location */
  FALSE::BOOLEAN AS is_backflush,  /* A receipt is never backflushed */
  'adventureworks'::TEXT AS source_system,  /* System the row came from */
  posted._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  posted._row::BIGINT AS _row  /* Record number in the file */
FROM received_or_rejected AS posted
INNER JOIN stg.adventureworks__purchase_order_header AS head
  ON head.purchase_order_no = posted.purchase_order_no AND head.status_code = 'complete'
INNER JOIN stg.adventureworks__product AS product
  ON product.internal_product_id = posted.internal_product_id
LEFT JOIN stg.adventureworks__vendor AS vendor
  ON vendor.vendor_id = head.vendor_id
LEFT JOIN component_unit
  ON component_unit.component_internal_product_id = posted.internal_product_id
WHERE
  posted.qty <> 0
