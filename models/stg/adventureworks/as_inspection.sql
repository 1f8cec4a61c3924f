MODEL (
  name stg.adventureworks__as_inspection,
  kind EMBEDDED,
  owner plant_c_erp,
  grain (inspection_no),
  description 'Incoming inspections of plant C, one per received line of a complete order. AdventureWorks keeps quantities, no decision: a line is rejected when nothing of it was stocked.',
  tags (stg, adventureworks)
);

SELECT
  (line.purchase_order_no || '-' || line.po_line_no)::TEXT AS inspection_no,  /* '<order>-<line>': AdventureWorks numbers no inspections */
  'C'::TEXT AS site_code,  /* Plant C */
  'incoming'::TEXT AS inspection_kind_code,  /* Always incoming */
  product.product_code::TEXT AS product_code,  /* Product number */
  ('adventureworks:' || product.product_code)::TEXT AS product_id,  /* Product key 'adventureworks:<product_code>' */
  NULL::TEXT AS lot_no,  /* AdventureWorks keeps no lots */
  vendor.supplier_code::TEXT AS supplier_code,  /* Vendor account number */
  line.purchase_order_no::TEXT AS purchase_order_no,  /* Purchase order */
  NULL::TEXT AS order_no,  /* No production order */
  line.received_qty::DECIMAL(18, 3) AS lot_qty,  /* Quantity received */
  NULL::DECIMAL(18, 3) AS sample_qty,  /* AdventureWorks keeps no sample size */
  line.rejected_qty::DECIMAL(18, 3) AS defect_qty,  /* Quantity found defective */
  line.stocked_qty::DECIMAL(18, 3) AS accepted_qty,  /* Quantity put into stock */
  line.rejected_qty::DECIMAL(18, 3) AS rejected_qty,  /* Quantity rejected */
  (CASE WHEN line.stocked_qty > 0 THEN 'accepted' ELSE 'rejected' END)::TEXT AS decision_code,  /* accepted when anything was stocked, else rejected */
  line.received_at::TIMESTAMPTZ AS decided_at,  /* Last change of the line, which entered the quantities, UTC */
  NULL::TEXT AS decided_by,  /* AdventureWorks names no inspector */
  NULL::DATE AS created_date,  /* AdventureWorks keeps no creation day */
  'adventureworks'::TEXT AS source_system,  /* System the row came from */
  line._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  line._row::BIGINT AS _row  /* Record number in the file */
FROM stg.adventureworks__purchase_order_detail AS line
INNER JOIN stg.adventureworks__purchase_order_header AS head
  ON head.purchase_order_no = line.purchase_order_no AND head.status_code = 'complete'
INNER JOIN stg.adventureworks__product AS product
  ON product.internal_product_id = line.internal_product_id
LEFT JOIN stg.adventureworks__vendor AS vendor
  ON vendor.vendor_id = head.vendor_id
WHERE
  line.received_qty > 0
