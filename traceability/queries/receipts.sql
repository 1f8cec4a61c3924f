-- Net goods receipts of lots per supplier and purchase order line; fully reversed or returned ones are gone.
WITH received AS (
  SELECT
    lot_id,
    site_code,
    supplier_code,
    purchase_order_no,
    po_line_no,
    MIN(posting_date) FILTER (WHERE movement_class_code = 'receipt') AS received_date,
    SUM(base_qty) AS qty,
    MIN(product_id) AS product_id
  FROM core.movement
  WHERE movement_class_code IN ('receipt', 'return_to_supplier') AND lot_id IN (SELECT UNNEST($lot_ids))
  GROUP BY lot_id, site_code, supplier_code, purchase_order_no, po_line_no
  HAVING SUM(base_qty) > 0
), named_supplier AS (
  SELECT crosswalk.site_code, crosswalk.supplier_code, MIN(supplier.supplier_name) AS supplier_name
  FROM core.supplier_crosswalk AS crosswalk
  JOIN core.supplier AS supplier USING (supplier_id)
  GROUP BY crosswalk.site_code, crosswalk.supplier_code
)
SELECT
  received.lot_id,
  received.supplier_code,
  named_supplier.supplier_name,
  lot.supplier_lot_no,
  received.purchase_order_no,
  received.po_line_no,
  received.received_date,
  received.qty,
  product.base_uom_code AS uom_code
FROM received
LEFT JOIN core.lot AS lot USING (lot_id)
LEFT JOIN core.product AS product ON product.product_id = received.product_id
LEFT JOIN named_supplier
  ON named_supplier.site_code = received.site_code AND named_supplier.supplier_code = received.supplier_code
ORDER BY received.lot_id, received.received_date, received.supplier_code, received.purchase_order_no, received.po_line_no
