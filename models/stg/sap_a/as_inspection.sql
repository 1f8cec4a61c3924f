MODEL (
  name stg.sap_a__as_inspection,
  kind EMBEDDED,
  owner plant_a_erp,
  grain (inspection_no),
  description 'Inspection lots of plant A with their usage decision; a concession is never an acceptance.',
  tags (stg, sap_a)
);

WITH decided_lot AS (
  SELECT
    inspection_no,
    -- A rejection in either field wins: nothing is released on contradictory evidence.
    CASE
      WHEN valuation_code = 'rejected' OR usage_decision_code = 'rejected' THEN 'rejected'
      WHEN valuation_code = 'accepted' THEN usage_decision_code
    END AS decision_code,
    decided_date,
    SUBSTRING(decided_time, 1, 2) || ':' || SUBSTRING(decided_time, 3, 2) || ':' || SUBSTRING(decided_time, 5, 2) AS decided_clock,
    decided_by,
    accepted_qty,
    rejected_qty,
    defect_qty
  FROM stg.sap_a__qave
)
SELECT
  lot.inspection_no::TEXT AS inspection_no,  /* Inspection lot number */
  (CASE lot.plant_code WHEN '1000' THEN 'A' END)::TEXT AS site_code,  /* Plant A is SAP plant 1000; any other plant has no site */
  lot.inspection_kind_code::TEXT AS inspection_kind_code,  /* incoming, in_process or final */
  lot.product_code::TEXT AS product_code,  /* Material number without padding */
  ('sap_a:' || lot.product_code)::TEXT AS product_id,  /* Product key 'sap_a:<product_code>' */
  @norm_lot(lot.lot_no)::TEXT AS lot_no,  /* Lot number, normalised */
  lot.supplier_code::TEXT AS supplier_code,  /* Supplier of an incoming inspection */
  lot.purchase_order_no::TEXT AS purchase_order_no,  /* Purchase order of an incoming inspection */
  lot.order_no::TEXT AS order_no,  /* Production order of a final inspection */
  lot.lot_qty::DECIMAL(18, 3) AS lot_qty,  /* Size of the inspected lot, base unit */
  lot.sample_qty::DECIMAL(18, 3) AS sample_qty,  /* Sample size, base unit */
  decided_lot.defect_qty::DECIMAL(18, 3) AS defect_qty,  /* Defects found in the sample */
  decided_lot.accepted_qty::DECIMAL(18, 3) AS accepted_qty,  /* Quantity accepted, base unit */
  decided_lot.rejected_qty::DECIMAL(18, 3) AS rejected_qty,  /* Quantity rejected, base unit */
  decided_lot.decision_code::TEXT AS decision_code,  /* accepted, concession or rejected; NULL while open */
  (decided_lot.decided_date::TEXT || ' ' || decided_lot.decided_clock || '+08:00')::TIMESTAMPTZ AS decided_at,  /* Time of the decision; SAP keeps Asia/Shanghai, without summer time since 1991 */
  decided_lot.decided_by::TEXT AS decided_by,  /* User name of the person who decided */
  lot.created_date::DATE AS created_date,  /* Day the inspection lot was created */
  'sap_a'::TEXT AS source_system,  /* System the row came from */
  lot._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  lot._row::BIGINT AS _row  /* Record number in the file */
FROM stg.sap_a__qals AS lot
LEFT JOIN decided_lot
  ON decided_lot.inspection_no = lot.inspection_no
