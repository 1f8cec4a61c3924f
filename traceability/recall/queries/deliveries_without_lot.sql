-- Deliveries that name a lot of which no system has a record.
SELECT shipment.delivery_no, shipment.customer_code
FROM core.shipment AS shipment
ANTI JOIN core.lot USING (lot_id)
WHERE shipment.lot_id = $text OR shipment.lot_no = UPPER($text)
GROUP BY ALL
ORDER BY ALL
