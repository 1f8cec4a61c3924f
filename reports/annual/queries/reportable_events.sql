-- Complaints of the year that are reportable as adverse events.
SELECT complaint_no, received_date, product_code, lot_no, udi_text, closed_date
FROM core.complaint
WHERE site_code = $site AND year(received_date) = $year AND is_reportable
ORDER BY received_date, complaint_no
