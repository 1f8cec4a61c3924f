-- Deviations opened in the year, by severity.
SELECT severity_code, count(*) AS opened_count, count(*) FILTER (closed_at IS NOT NULL) AS closed_count,
  count(*) FILTER (closed_at IS NULL) AS open_count
FROM core.deviation WHERE site_code = $site AND year(opened_at AT TIME ZONE $zone) = $year
GROUP BY ALL ORDER BY ALL
