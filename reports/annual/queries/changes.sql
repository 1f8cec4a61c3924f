-- Changes opened in the year.
SELECT change_no, subject_name, opened_date, approved_date, effective_date
FROM core.change_request WHERE site_code = $site AND year(opened_date) = $year
ORDER BY opened_date, change_no
