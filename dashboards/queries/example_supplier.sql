SELECT *
FROM mart.supplier_performance
ORDER BY month DESC
LIMIT 100
