-- Complaints received in the year, by product.
SELECT complaint.product_code, concat_ws(' | ', product.product_name_zh, product.product_name_en) AS product_name,
  count(*) AS received_count, count(*) FILTER (complaint.is_reportable) AS reportable_count,
  count(*) FILTER (complaint.closed_date IS NULL) AS open_count, count(DISTINCT complaint.lot_id) AS lot_count
FROM core.complaint AS complaint
LEFT JOIN core.product AS product ON product.product_id = complaint.product_id
WHERE complaint.site_code = $site AND year(complaint.received_date) = $year
GROUP BY ALL ORDER BY received_count DESC, complaint.product_code
