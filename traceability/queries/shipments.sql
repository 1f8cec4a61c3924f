-- Shipments of lots with the customer's name; in base units wherever the factor is known.
WITH named_customer AS (
  SELECT
    crosswalk.site_code,
    crosswalk.customer_code,
    MIN(customer.customer_id) AS customer_id,
    MIN(customer.customer_name) AS customer_name,
    MIN(customer.city_name) AS city_name,
    MIN(customer.country_code) AS country_code
  FROM core.customer_crosswalk AS crosswalk
  JOIN core.customer AS customer USING (customer_id)
  GROUP BY crosswalk.site_code, crosswalk.customer_code
)
SELECT
  shipment.lot_id,
  shipment.delivery_no,
  shipment.delivery_line_no,
  shipment.shipped_date,
  named_customer.customer_id,
  shipment.customer_code,
  named_customer.customer_name,
  named_customer.city_name,
  named_customer.country_code,
  COALESCE(shipment.base_qty, shipment.qty) AS qty,
  CASE WHEN shipment.base_qty IS NULL THEN shipment.uom_code ELSE product.base_uom_code END AS uom_code
FROM core.shipment AS shipment
LEFT JOIN named_customer
  ON named_customer.site_code = shipment.site_code AND named_customer.customer_code = shipment.customer_code
LEFT JOIN core.product AS product ON product.product_id = shipment.product_id
WHERE shipment.lot_id IN (SELECT UNNEST($lot_ids))
ORDER BY shipment.shipped_date, shipment.delivery_no, shipment.delivery_line_no, shipment.lot_id
