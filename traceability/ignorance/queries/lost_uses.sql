-- Those of some lots that went into orders of which no output is known, or to a vendor from whom nothing came back.
WITH output AS (
  SELECT order_id
  FROM core.order_lot
  WHERE part_code IN ('made', 'planned')
  GROUP BY order_id, lot_id
  HAVING COALESCE(SUM(qty), 1) > 0 OR BOOL_OR(part_code = 'planned')
), returned AS (
  SELECT site_code, document_no, posting_date, purchase_order_no, po_line_no
  FROM core.movement
  WHERE movement_class_code = 'receipt' AND lot_id IS NOT NULL
)
SELECT DISTINCT used.lot_id, used.order_id
FROM core.order_lot AS used
WHERE used.part_code = 'used' AND used.lot_id IN (SELECT UNNEST($lot_ids))
  AND used.order_id NOT IN (SELECT order_id FROM output)
UNION
SELECT given.lot_id, 'vendor:' || given.site_code || ':' || given.document_no
FROM core.movement AS given
ANTI JOIN returned USING (site_code, document_no, posting_date, purchase_order_no, po_line_no)
WHERE given.movement_class_code = 'consumption' AND given.purchase_order_no IS NOT NULL
  AND given.lot_id IN (SELECT UNNEST($lot_ids))
ORDER BY ALL
