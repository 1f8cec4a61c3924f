MODEL (
  name stg.sap_a__as_movement,
  kind EMBEDDED,
  owner plant_a_erp,
  grain (movement_id),
  description 'Stock movements of plant A, one per material document line; quantities are signed and in the base unit.',
  tags (stg, sap_a)
);

WITH movement_type AS (
  SELECT
    code,
    class_code,
    is_reversal
  FROM (VALUES
    ('101', 'receipt', FALSE), ('102', 'receipt', TRUE),
    ('122', 'return_to_supplier', FALSE), ('123', 'return_to_supplier', TRUE),
    ('261', 'consumption', FALSE), ('262', 'consumption', TRUE), ('531', 'byproduct', FALSE), ('532', 'byproduct', TRUE),
    ('301', 'transfer', FALSE), ('302', 'transfer', TRUE), ('309', 'relabel', FALSE), ('310', 'relabel', TRUE),
    ('311', 'transfer', FALSE), ('312', 'transfer', TRUE), ('321', 'transfer', FALSE), ('322', 'transfer', TRUE),
    ('331', 'sample', FALSE), ('332', 'sample', TRUE), ('333', 'sample', FALSE), ('334', 'sample', TRUE),
    ('335', 'sample', FALSE), ('336', 'sample', TRUE), ('343', 'transfer', FALSE), ('344', 'transfer', TRUE),
    ('541', 'subcontract', FALSE), ('542', 'subcontract', TRUE), ('543', 'consumption', FALSE), ('544', 'consumption', TRUE),
    ('551', 'scrap', FALSE), ('552', 'scrap', TRUE), ('553', 'scrap', FALSE), ('554', 'scrap', TRUE),
    ('601', 'shipment', FALSE), ('602', 'shipment', TRUE), ('651', 'customer_return', FALSE), ('652', 'customer_return', TRUE),
    ('653', 'customer_return', FALSE), ('654', 'customer_return', TRUE), ('701', 'count', FALSE), ('702', 'count', FALSE)
  ) AS t(code, class_code, is_reversal)
), posted_line AS (
  SELECT
    line.*,
    CASE line.debit_credit_code WHEN 'S' THEN line.qty WHEN 'H' THEN -line.qty END AS signed_qty,
    SUBSTRING(line.entered_time, 1, 2) || ':' || SUBSTRING(line.entered_time, 3, 2) || ':' || SUBSTRING(line.entered_time, 5, 2) AS entered_clock,
    movement_type.is_reversal,
    CASE
      WHEN movement_type.class_code = 'receipt' AND production_order.order_type_code = 'rework' THEN 'rework_out'
      WHEN movement_type.class_code = 'receipt' AND NOT line.order_no IS NULL THEN 'production'
      WHEN movement_type.class_code = 'consumption' AND production_order.order_type_code = 'rework' THEN 'rework_in'
      ELSE movement_type.class_code
    END AS class_code
  FROM stg.sap_a__mseg AS line
  LEFT JOIN movement_type
    ON movement_type.code = line.movement_type_code
  LEFT JOIN stg.sap_a__aufk AS production_order
    ON production_order.order_no = line.order_no
)
SELECT
  ('sap_a:' || document_no || ':' || document_year || ':' || line_no)::TEXT AS movement_id,  /* Movement key 'sap_a:<document>:<year>:<line>' */
  (CASE plant_code WHEN '1000' THEN 'A' END)::TEXT AS site_code,  /* Plant A is SAP plant 1000; any other plant has no site */
  document_no::TEXT AS document_no,  /* Material document number */
  line_no::TEXT AS line_no,  /* Line of the document */
  posting_date::DATE AS posting_date,  /* Posting day, local to the plant */
  (entered_date::TEXT || ' ' || entered_clock || '+08:00')::TIMESTAMPTZ AS entered_at,  /* Time of entry; SAP keeps Asia/Shanghai, without summer time since 1991 */
  movement_type_code::TEXT AS movement_type_code,  /* SAP movement type (BWART) */
  class_code::TEXT AS movement_class_code,  /* Class; a receipt on an order is production, an order of type rework makes it rework; 543 is consumed by a vendor, without an order */
  is_reversal::BOOLEAN AS is_reversal,  /* The movement type cancels another one */
  ('sap_a:' || product_code)::TEXT AS product_id,  /* Product key 'sap_a:<product_code>' */
  product_code::TEXT AS product_code,  /* Material number without padding */
  @norm_lot(lot_no)::TEXT AS lot_no,  /* Lot number, normalised; NULL when blank */
  signed_qty::DECIMAL(18, 3) AS qty,  /* Quantity into (+, S) or out of (-, H) stock, in uom_code */
  uom_code::TEXT AS uom_code,  /* Base unit of the material, UN/ECE Rec 20 */
  signed_qty::DECIMAL(18, 3) AS base_qty,  /* The same quantity: MENGE is in the base unit */
  order_no::TEXT AS order_no,  /* Production order */
  purchase_order_no::TEXT AS purchase_order_no,  /* Purchase order */
  po_line_no::TEXT AS po_line_no,  /* Line of the purchase order */
  supplier_code::TEXT AS supplier_code,  /* Supplier */
  customer_code::TEXT AS customer_code,  /* Customer */
  delivery_no::TEXT AS delivery_no,  /* Delivery */
  to_product_code::TEXT AS to_product_code,  /* Receiving material of a relabel */
  @norm_lot(to_lot_no)::TEXT AS to_lot_no,  /* Receiving lot of a relabel, normalised */
  ('sap_a:' || reversed_document_no || ':' || reversed_document_year || ':' || reversed_line_no)::TEXT AS reversal_of_movement_id,  /* Movement this line cancels */
  storage_location_code::TEXT AS storage_location_code,  /* Storage location */
  COALESCE(is_backflush, FALSE)::BOOLEAN AS is_backflush,  /* Posted by backflush; an empty flag means no */
  'sap_a'::TEXT AS source_system,  /* System the row came from */
  _file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  _row::BIGINT AS _row  /* Record number in the file */
FROM posted_line
