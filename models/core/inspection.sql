MODEL (
  name core.inspection,
  kind FULL,
  owner quality,
  grain (site_code, inspection_no),
  description 'Inspections with their usage decision, open ones included.',
  tags (core),
  audits (not_null(columns := (site_code, inspection_no)), unique_combination_of_columns(columns := (site_code, inspection_no)))
);

WITH cleaned AS (
  SELECT
    @text(inspection_no) AS inspection_no,
    site_code,
    inspection_kind_code,
    @text(product_code) AS product_code,
    product_id,
    @norm_lot(lot_no) AS lot_no,
    @lot_id(site_code, @text(product_code), lot_no) AS lot_id,
    @text(supplier_code) AS supplier_code,
    @text(purchase_order_no) AS purchase_order_no,
    @text(order_no) AS order_no,
    @order_id(site_code, order_no) AS order_id,
    lot_qty,
    sample_qty,
    defect_qty,
    accepted_qty,
    rejected_qty,
    decision_code,
    decided_at,
    decided_by,
    created_date,
    source_system,
    _source_table,
    _file_sha256,
    _row
  FROM @entity(@as_inspection) AS mapped
)
SELECT
  inspection_no::TEXT AS inspection_no,  /* Inspection lot or voucher number */
  site_code::TEXT AS site_code,  /* Plant: A, B, C; G for public registers */
  inspection_kind_code::TEXT AS inspection_kind_code,  /* incoming, final, in_process or other */
  product_code::TEXT AS product_code,  /* Material number as the plant writes it, without padding */
  product_id::TEXT AS product_id,  /* Product key '<system>:<product_code>' */
  lot_no::TEXT AS lot_no,  /* Lot number, normalised */
  lot_id::TEXT AS lot_id,  /* Lot key '<site>:<product_code>:<lot_no>', NULL when the lot is blank */
  supplier_code::TEXT AS supplier_code,  /* Supplier number in its system */
  purchase_order_no::TEXT AS purchase_order_no,  /* Purchase order */
  order_no::TEXT AS order_no,  /* Production order number */
  order_id::TEXT AS order_id,  /* Order key '<site>:<order_no>' */
  lot_qty::DECIMAL(18, 3) AS lot_qty,  /* Size of the inspected lot */
  sample_qty::DECIMAL(18, 3) AS sample_qty,  /* Sample size */
  defect_qty::DECIMAL(18, 3) AS defect_qty,  /* Defects found in the sample */
  accepted_qty::DECIMAL(18, 3) AS accepted_qty,  /* Quantity accepted */
  rejected_qty::DECIMAL(18, 3) AS rejected_qty,  /* Quantity rejected */
  decision_code::TEXT AS decision_code,  /* accepted, rejected or concession; NULL while open */
  decided_at::TIMESTAMPTZ AS decided_at,  /* Time of the usage decision, UTC */
  decided_by::TEXT AS decided_by,  /* Person who decided */
  created_date::DATE AS created_date,  /* Day the record was created in its system */
  source_system::TEXT AS source_system,  /* System the row came from */
  _source_table::TEXT AS _source_table,  /* Contract of the source row */
  _file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  _row::BIGINT AS _row  /* Record number in the file */
FROM cleaned
QUALIFY
  @is_survivor(site_code, inspection_no)
