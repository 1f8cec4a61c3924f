-- What some orders used of each product, and what they were to make.
SELECT order_id, product_id, used_qty AS qty
FROM mart.order_balance
WHERE order_id IN (SELECT UNNEST($order_ids))
UNION
SELECT order_id, made_product_id, planned_qty
FROM mart.order_balance
WHERE order_id IN (SELECT UNNEST($order_ids)) AND made_product_id IS NOT NULL AND planned_qty IS NOT NULL
ORDER BY ALL
