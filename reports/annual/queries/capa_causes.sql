-- Root causes of the CAPAs opened in the year.
SELECT root_cause_name, count(*) AS opened_count,
  count(*) FILTER (closed_date IS NULL) AS open_count
FROM core.capa WHERE site_code = $site AND year(opened_date) = $year
GROUP BY ALL ORDER BY opened_count DESC, root_cause_name NULLS LAST
