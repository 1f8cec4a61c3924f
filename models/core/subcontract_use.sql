MODEL (
  name core.subcontract_use,
  kind FULL,
  owner production,
  grain (from_lot_id, to_lot_id),
  description 'Which lot provided to a vendor came back in which lot: what the vendor used of our parts stands in the document of the goods receipt. Net of reversals.',
  tags (core),
  audits (not_null(columns := (from_lot_id, to_lot_id, qty)), unique_combination_of_columns(columns := (from_lot_id, to_lot_id)))
);

WITH received AS (
  SELECT DISTINCT site_code, document_no, posting_date, purchase_order_no, po_line_no, lot_id
  FROM core.movement
  WHERE movement_class_code = 'receipt' AND NOT lot_id IS NULL
), used AS (
  SELECT site_code, document_no, posting_date, purchase_order_no, po_line_no, lot_id, base_qty, source_system
  FROM core.movement
  WHERE movement_class_code = 'consumption' AND NOT purchase_order_no IS NULL AND NOT lot_id IS NULL
)
SELECT
  used.site_code::TEXT AS site_code,  /* Plant: A, B, C; G for public registers */
  used.lot_id::TEXT AS from_lot_id,  /* Lot that was provided */
  received.lot_id::TEXT AS to_lot_id,  /* Lot it came back in */
  (-SUM(used.base_qty))::DECIMAL(18, 3) AS qty,  /* Net quantity of the from-lot, base unit, > 0 */
  MIN(used.posting_date)::DATE AS first_date,  /* First posting */
  MAX(used.posting_date)::DATE AS last_date,  /* Last posting */
  COUNT(*)::BIGINT AS posting_count,  /* Postings behind the edge */
  MIN(used.source_system)::TEXT AS source_system  /* System the row came from */
FROM used
INNER JOIN received
  ON received.site_code = used.site_code AND received.document_no = used.document_no
  AND received.posting_date = used.posting_date AND received.purchase_order_no = used.purchase_order_no
  AND received.po_line_no = used.po_line_no
GROUP BY used.site_code, used.lot_id, received.lot_id
HAVING SUM(used.base_qty) < 0
