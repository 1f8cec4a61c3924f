MODEL (
  name stg.u8_b__as_movement,
  kind EMBEDDED,
  owner plant_b_erp,
  grain (movement_id),
  description 'Stock movements of plant B, one per line of an approved voucher; quantities are signed, + into stock. A red entry of type 09 no longer says whether it takes back scrap or a sample: it counts as scrap.',
  tags (stg, u8_b)
);

WITH approved_line AS (
  SELECT
    line.voucher_line_id, line.product_code, line.lot_no, line.qty, line.uom_code, line.po_line_id, line.order_ref_id,
    line.dispatch_line_id, head.voucher_no, head.voucher_type_code, head.posting_date, head.entered_at,
    head.supplier_code, head.customer_code, head.storage_location_code, head.movement_reason_name,
    COALESCE(head.movement_reason_name = '红字冲销', FALSE) AS is_red,
    CASE WHEN head.voucher_type_code IN ('01', '10') THEN 1 ELSE -1 END AS direction,
    line._file_sha256, line._row
  FROM stg.u8_b__rdrecords AS line
  INNER JOIN stg.u8_b__rdrecord AS head
    ON head.voucher_id = line.voucher_id AND NOT head.approved_by IS NULL
), classed_line AS (
  -- The reason says whether something is taken back, the sign then says what: a negative receipt without it is a return.
  SELECT
    *,
    CASE voucher_type_code
      WHEN '01' THEN CASE WHEN (qty >= 0) <> is_red THEN 'receipt' ELSE 'return_to_supplier' END
      WHEN '10' THEN 'production'
      WHEN '11' THEN 'consumption'
      WHEN '32' THEN CASE WHEN (qty >= 0) <> is_red THEN 'shipment' ELSE 'customer_return' END
      ELSE CASE WHEN movement_reason_name = '取样' THEN 'sample' ELSE 'scrap' END
    END AS class_code,
    CASE voucher_type_code WHEN '10' THEN 'rework_out' WHEN '11' THEN 'rework_in' END AS rework_class_code
  FROM approved_line
)
SELECT
  ('u8_b:' || posted.voucher_line_id)::TEXT AS movement_id,  /* Movement key 'u8_b:<voucher line>' */
  'B'::TEXT AS site_code,  /* Plant B */
  posted.voucher_no::TEXT AS document_no,  /* Voucher number */
  posted.voucher_line_id::TEXT AS line_no,  /* Id of the voucher line */
  posted.posting_date::DATE AS posting_date,  /* Posting day, local to the plant */
  posted.entered_at::TIMESTAMPTZ AS entered_at,  /* Time of entry, UTC */
  posted.voucher_type_code::TEXT AS movement_type_code,  /* Voucher type: 01, 09, 10, 11 or 32 */
  (CASE WHEN made.order_type_code = 'rework' THEN posted.rework_class_code ELSE posted.class_code END)::TEXT AS movement_class_code,  /* Class; an order of type rework makes its postings rework */
  (posted.is_red OR (posted.qty < 0 AND posted.voucher_type_code IN ('09', '10', '11')))::BOOLEAN AS is_reversal,  /* Takes back an earlier line; a return is no reversal */
  ('u8_b:' || posted.product_code)::TEXT AS product_id,  /* Product key 'u8_b:<product_code>' */
  posted.product_code::TEXT AS product_code,  /* Item code */
  @norm_lot(posted.lot_no)::TEXT AS lot_no,  /* Lot number, normalised; NULL when blank */
  (posted.direction * posted.qty)::DECIMAL(18, 3) AS qty,  /* Quantity into (+) or out of (-) stock */
  posted.uom_code::TEXT AS uom_code,  /* Unit of the quantity, UN/ECE Rec 20 */
  (posted.direction * posted.qty * CASE WHEN posted.uom_code = item.uom_code THEN 1 ELSE factor.base_per_unit_qty END)::DECIMAL(18, 3) AS base_qty,  /* The same in the base unit; NULL without a factor */
  made.order_no::TEXT AS order_no,  /* Production order */
  bought.purchase_order_no::TEXT AS purchase_order_no,  /* Purchase order */
  posted.po_line_id::TEXT AS po_line_no,  /* Line of the purchase order */
  posted.supplier_code::TEXT AS supplier_code,  /* Supplier */
  posted.customer_code::TEXT AS customer_code,  /* Customer */
  sent.delivery_no::TEXT AS delivery_no,  /* Delivery */
  NULL::TEXT AS to_product_code,  /* A form change is a voucher of its own */
  NULL::TEXT AS to_lot_no,  /* A form change is a voucher of its own */
  NULL::TEXT AS reversal_of_movement_id,  /* A red line does not name the line it takes back */
  posted.storage_location_code::TEXT AS storage_location_code,  /* Warehouse */
  FALSE::BOOLEAN AS is_backflush,  /* U8 does not say which issues were backflushed */
  'u8_b'::TEXT AS source_system,  /* System the row came from */
  posted._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  posted._row::BIGINT AS _row  /* Record number in the file */
FROM classed_line AS posted
LEFT JOIN stg.u8_b__inventory AS item
  ON item.product_code = posted.product_code
LEFT JOIN stg.u8_b__computationunit AS factor
  ON factor.product_code = posted.product_code AND factor.uom_code = posted.uom_code
LEFT JOIN stg.u8_b__mom_moallocate AS allocated
  ON posted.voucher_type_code = '11' AND allocated.allocation_id = posted.order_ref_id
LEFT JOIN stg.u8_b__mom_orderdetail AS made
  ON made.order_line_id = CASE posted.voucher_type_code WHEN '10' THEN posted.order_ref_id ELSE allocated.order_line_id END
LEFT JOIN stg.u8_b__po_podetails AS ordered
  ON ordered.po_line_id = posted.po_line_id
LEFT JOIN stg.u8_b__po_pomain AS bought
  ON bought.po_id = ordered.po_id
LEFT JOIN stg.u8_b__dispatchlist AS sent
  ON sent.dispatch_line_id = posted.dispatch_line_id
