-- How many documents name each party record: order lines to a supplier, shipment lines to a customer.
SELECT 'supplier' AS role_code, source_system || ':' || supplier_code AS record_id, COUNT(*) AS document_count
FROM core.purchase_order_line
GROUP BY ALL
UNION ALL
SELECT 'customer', source_system || ':' || customer_code, COUNT(*)
FROM core.shipment
GROUP BY ALL
ORDER BY role_code, record_id
