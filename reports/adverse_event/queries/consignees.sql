-- Where the lot of the complaint went.
SELECT customer.customer_name, customer.city_name, customer.country_code, shipment.shipped_date,
  shipment.delivery_no, shipment.qty, shipment.uom_code
FROM core.shipment AS shipment
LEFT JOIN core.customer_crosswalk AS crosswalk
  ON crosswalk.site_code = shipment.site_code AND crosswalk.customer_code = shipment.customer_code
LEFT JOIN core.customer AS customer ON customer.customer_id = crosswalk.customer_id
WHERE shipment.lot_id = $lot
ORDER BY shipment.shipped_date, shipment.delivery_no, customer.customer_name
