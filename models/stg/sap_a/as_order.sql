MODEL (
  name stg.sap_a__as_order,
  kind EMBEDDED,
  owner plant_a_erp,
  grain (order_no),
  description 'Production orders of plant A: the item with product and lot, typed by its head.',
  tags (stg, sap_a)
);

SELECT
  item.order_no::TEXT AS order_no,  /* Production order number without padding */
  (CASE COALESCE(head.plant_code, '1000') WHEN '1000' THEN 'A' END)::TEXT AS site_code,  /* Plant A is SAP plant 1000; an item whose head is missing is of this extract and so of plant A */
  item.product_code::TEXT AS product_code,  /* Material number without padding */
  ('sap_a:' || item.product_code)::TEXT AS product_id,  /* Product key 'sap_a:<product_code>' */
  @norm_lot(item.lot_no)::TEXT AS lot_no,  /* Lot the order produces, normalised */
  head.order_type_code::TEXT AS order_type_code,  /* production, rework or subcontract; no value when the head is missing */
  item.planned_qty::DECIMAL(18, 3) AS planned_qty,  /* Planned quantity in uom_code */
  item.uom_code::TEXT AS uom_code,  /* Unit of the quantity, UN/ECE Rec 20 */
  item.started_date::DATE AS started_date,  /* Actual start */
  item.finished_date::DATE AS finished_date,  /* Actual finish */
  (CASE
    WHEN NOT item.finished_date IS NULL THEN 'closed'
    WHEN NOT item.started_date IS NULL THEN 'released'
    ELSE 'created'
  END)::TEXT AS status_code,  /* created, released (started) or closed (finished) */
  'sap_a'::TEXT AS source_system,  /* System the row came from */
  item._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  item._row::BIGINT AS _row  /* Record number in the file */
FROM stg.sap_a__afpo AS item
LEFT JOIN stg.sap_a__aufk AS head
  ON head.order_no = item.order_no
