SELECT lot.site_code, lot.product_code, lot.lot_no, count(complaint.complaint_no) AS complaint_count
FROM core.lot AS lot
JOIN core.complaint AS complaint USING (lot_id)
GROUP BY ALL
ORDER BY complaint_count DESC, lot.lot_no
