-- One supplier at one plant, month by month.
SELECT month, acceptance_rate, otd_rate, inspected_lots, lines_due
FROM mart.supplier_performance
WHERE site_code = $site AND supplier_id = $supplier AND month <= (SELECT as_of_date FROM mart.as_of)
ORDER BY month
