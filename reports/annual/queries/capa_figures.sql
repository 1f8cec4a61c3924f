-- The year's CAPAs in figures, by month of opening.
SELECT CAST(date_trunc('month', opened_date) AS DATE) AS month, count(*) AS opened_count,
  count(*) FILTER (closed_date IS NOT NULL) AS closed_count, count(*) FILTER (closed_date IS NULL) AS open_count,
  count(*) FILTER (closed_date > due_date OR (closed_date IS NULL AND due_date < $until)) AS overdue_count,
  count(*) FILTER (effectiveness_code = 'effective') AS effective_count,
  count(*) FILTER (effectiveness_code = 'ineffective') AS ineffective_count
FROM core.capa WHERE site_code = $site AND year(opened_date) = $year
GROUP BY ALL ORDER BY ALL
