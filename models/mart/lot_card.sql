MODEL (
  name mart.lot_card,
  kind FULL,
  owner quality,
  grain (lot_id),
  description 'One card per lot for the trace page (批次卡片): what it is, where it came from, how it was decided, and how much there is to see about it.',
  tags (mart, trace),
  audits (not_null(columns := (lot_id, site_code, lot_no)), unique_values(columns := (lot_id)))
);

WITH counted AS (
  SELECT from_lot_id AS lot_id, 'downstream' AS name, COUNT(DISTINCT to_lot_id) AS row_count
  FROM core.genealogy_edge GROUP BY from_lot_id
  UNION ALL SELECT to_lot_id, 'upstream', COUNT(DISTINCT from_lot_id) FROM core.genealogy_edge GROUP BY to_lot_id
  UNION ALL SELECT lot_id, 'movement', COUNT(*) FROM core.movement GROUP BY lot_id
  UNION ALL SELECT lot_id, 'inspection', COUNT(*) FROM core.inspection GROUP BY lot_id
  UNION ALL SELECT lot_id, 'operation', COUNT(*) FROM core.operation_event GROUP BY lot_id
  UNION ALL SELECT lot_id, 'shipment', COUNT(DISTINCT delivery_no) FROM core.shipment GROUP BY lot_id
  UNION ALL SELECT lot_id, 'customer', COUNT(DISTINCT customer_code) FROM core.shipment GROUP BY lot_id
  UNION ALL SELECT lot_id, 'serial', COUNT(*) FROM core.serial GROUP BY lot_id
  UNION ALL SELECT lot_id, 'ncr', COUNT(*) FROM core.ncr GROUP BY lot_id
  UNION ALL SELECT lot_id, 'complaint', COUNT(*) FROM core.complaint GROUP BY lot_id
), lot_count AS (
  SELECT lot_id, @EACH(
    [downstream, upstream, movement, inspection, operation, shipment, customer, serial, ncr, complaint],
    c -> SUM(CASE WHEN name = @SQL('''@c''') THEN row_count ELSE 0 END) AS @{c}_count
  )
  FROM counted
  GROUP BY lot_id
)
SELECT
  lot.lot_id::TEXT AS lot_id,  /* Lot key '<site>:<product_code>:<lot_no>' */
  lot.site_code::TEXT AS site_code,  /* Plant */
  lot.product_id::TEXT AS product_id,  /* Product */
  lot.product_code::TEXT AS product_code,  /* Material number of the plant */
  product.product_name_zh::TEXT AS product_name_zh,  /* Product name, Chinese */
  product.product_name_en::TEXT AS product_name_en,  /* Product name, English */
  product.product_type_code::TEXT AS product_type_code,  /* finished, semifinished, raw, packaging or other */
  product.base_uom_code::TEXT AS base_uom_code,  /* Unit of all quantities of the lot, UN/ECE Rec 20 */
  lot.lot_no::TEXT AS lot_no,  /* Lot number, normalised */
  lot.lot_kind_code::TEXT AS lot_kind_code,  /* produced, purchased or unknown */
  lot.is_in_master::BOOLEAN AS is_in_master,  /* False when only postings know the lot */
  lot.manufactured_date::DATE AS manufactured_date,  /* Day of manufacture */
  lot.expiry_date::DATE AS expiry_date,  /* Last day of shelf life */
  crosswalk.supplier_id::TEXT AS supplier_id,  /* Supplier of a purchased lot */
  supplier.supplier_name::TEXT AS supplier_name,  /* Its name */
  lot.supplier_lot_no::TEXT AS supplier_lot_no,  /* Lot number of the supplier */
  decision.decision_code::TEXT AS decision_code,  /* Latest final decision: accepted, concession or rejected; NULL when none */
  decision.decided_at::TIMESTAMPTZ AS decided_at,  /* When, UTC */
  gone.produced_qty::DECIMAL(18, 3) AS produced_qty,  /* Produced, base unit; NULL for purchased lots */
  gone.shipped_qty::DECIMAL(18, 3) AS shipped_qty,  /* Shipped net of returns, base unit */
  gone.stock_qty::DECIMAL(18, 3) AS stock_qty,  /* In stock at the newest snapshot, base unit */
  gone.completeness::DECIMAL(28, 9) AS completeness,  /* Share of the produced quantity accounted for */
  COALESCE(lot_count.upstream_count, 0)::BIGINT AS upstream_count,  /* Lots it was made of, one step */
  COALESCE(lot_count.downstream_count, 0)::BIGINT AS downstream_count,  /* Lots made of it, one step */
  COALESCE(lot_count.movement_count, 0)::BIGINT AS movement_count,  /* Stock postings */
  COALESCE(lot_count.inspection_count, 0)::BIGINT AS inspection_count,  /* Inspections */
  COALESCE(lot_count.operation_count, 0)::BIGINT AS operation_count,  /* Executed operations */
  COALESCE(lot_count.shipment_count, 0)::BIGINT AS shipment_count,  /* Deliveries */
  COALESCE(lot_count.customer_count, 0)::BIGINT AS customer_count,  /* Customers delivered to */
  COALESCE(lot_count.serial_count, 0)::BIGINT AS serial_count,  /* Serial numbers */
  COALESCE(lot_count.ncr_count, 0)::BIGINT AS ncr_count,  /* Non-conformities */
  COALESCE(lot_count.complaint_count, 0)::BIGINT AS complaint_count  /* Complaints */
FROM core.lot AS lot
LEFT JOIN core.product AS product USING (product_id)
LEFT JOIN core.supplier_crosswalk AS crosswalk
  ON crosswalk.source_system = lot.source_system AND crosswalk.supplier_code = lot.supplier_code
LEFT JOIN core.supplier AS supplier USING (supplier_id)
LEFT JOIN core.release_decision AS decision ON decision.lot_id = lot.lot_id
LEFT JOIN mart.lot_trace_completeness AS gone ON gone.lot_id = lot.lot_id
LEFT JOIN lot_count ON lot_count.lot_id = lot.lot_id
