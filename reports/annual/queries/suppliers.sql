-- Suppliers that delivered or were inspected in the year: since when, lots, returns, delivery. Who is new cannot be
-- told when the lake's own orders begin in that year.
WITH first_order AS (
  SELECT crosswalk.supplier_id, min(line.ordered_date) AS first_ordered_date
  FROM core.purchase_order_line AS line
  JOIN core.supplier_crosswalk AS crosswalk
    ON crosswalk.site_code = line.site_code AND crosswalk.supplier_code = line.supplier_code
  WHERE line.site_code = $site
  GROUP BY crosswalk.supplier_id
)
SELECT supplier.supplier_name, first_order.first_ordered_date,
  CASE WHEN (SELECT min(year(first_ordered_date)) FROM first_order) < $year
    THEN coalesce(year(first_order.first_ordered_date) = $year, FALSE) END AS is_new, supplier.is_blocked,
  sum(monthly.inspected_lots) AS inspected_lots, sum(monthly.accepted_lots) AS accepted_lots,
  sum(monthly.concession_lots) AS concession_lots,
  sum(monthly.inspected_lots) - sum(monthly.accepted_lots) - sum(monthly.concession_lots) AS rejected_lots,
  CAST(sum(monthly.accepted_lots) / nullif(sum(monthly.inspected_lots), 0) AS DECIMAL(18, 9)) AS acceptance_rate,
  sum(monthly.received_qty) AS received_qty, sum(monthly.returned_qty) AS returned_qty,
  sum(monthly.lines_due) AS lines_due,
  CAST(sum(monthly.lines_on_time) / nullif(sum(monthly.lines_due), 0) AS DECIMAL(18, 9)) AS on_time_rate
FROM mart.supplier_performance AS monthly
JOIN core.supplier AS supplier ON supplier.supplier_id = monthly.supplier_id
LEFT JOIN first_order ON first_order.supplier_id = monthly.supplier_id
WHERE monthly.site_code = $site AND year(monthly.month) = $year
GROUP BY supplier.supplier_id, supplier.supplier_name, supplier.is_blocked,
  first_order.first_ordered_date
ORDER BY rejected_lots DESC, supplier.supplier_name
