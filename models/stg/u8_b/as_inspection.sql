MODEL (
  name stg.u8_b__as_inspection,
  kind EMBEDDED,
  owner plant_b_erp,
  grain (inspection_no),
  description 'Approved inspections of plant B; a concession is never an acceptance.',
  tags (stg, u8_b)
);

SELECT
  voucher.inspection_no::TEXT AS inspection_no,  /* Inspection number */
  'B'::TEXT AS site_code,  /* Plant B */
  voucher.inspection_kind_code::TEXT AS inspection_kind_code,  /* incoming or final */
  voucher.product_code::TEXT AS product_code,  /* Item code */
  ('u8_b:' || voucher.product_code)::TEXT AS product_id,  /* Product key 'u8_b:<product_code>' */
  @norm_lot(voucher.lot_no)::TEXT AS lot_no,  /* Lot number, normalised */
  voucher.supplier_code::TEXT AS supplier_code,  /* Supplier of an incoming inspection */
  bought.purchase_order_no::TEXT AS purchase_order_no,  /* Purchase order of an incoming inspection */
  made.order_no::TEXT AS order_no,  /* Production order of a final inspection */
  voucher.lot_qty::DECIMAL(18, 3) AS lot_qty,  /* Quantity presented, base unit */
  voucher.sample_qty::DECIMAL(18, 3) AS sample_qty,  /* Sample size, base unit */
  NULL::DECIMAL(18, 3) AS defect_qty,  /* U8 counts no defects in the sample */
  (COALESCE(voucher.accepted_qty, 0) + COALESCE(voucher.concession_qty, 0))::DECIMAL(18, 3) AS accepted_qty,  /* Quantity accepted, on concession included */
  voucher.rejected_qty::DECIMAL(18, 3) AS rejected_qty,  /* Quantity rejected */
  voucher.decision_code::TEXT AS decision_code,  /* accepted, concession or rejected */
  voucher.decided_at::TIMESTAMPTZ AS decided_at,  /* Time of the decision, UTC */
  voucher.decided_by::TEXT AS decided_by,  /* Person who decided */
  voucher.created_date::DATE AS created_date,  /* Day of the voucher */
  'u8_b'::TEXT AS source_system,  /* System the row came from */
  voucher._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  voucher._row::BIGINT AS _row  /* Record number in the file */
FROM stg.u8_b__qmcheckvoucher AS voucher
LEFT JOIN stg.u8_b__po_podetails AS ordered
  ON ordered.po_line_id = voucher.po_line_id
LEFT JOIN stg.u8_b__po_pomain AS bought
  ON bought.po_id = ordered.po_id
LEFT JOIN stg.u8_b__mom_orderdetail AS made
  ON made.order_line_id = voucher.order_line_id
WHERE
  NOT voucher.decided_by IS NULL
