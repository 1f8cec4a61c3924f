-- Nonconformities opened in the year, by severity and disposition.
SELECT severity_code, disposition_code, count(*) AS opened_count,
  count(*) FILTER (closed_at IS NOT NULL) AS closed_count, count(*) FILTER (closed_at IS NULL) AS open_count,
  count(DISTINCT lot_id) AS lot_count
FROM core.ncr WHERE site_code = $site AND year(opened_at AT TIME ZONE $zone) = $year
GROUP BY ALL ORDER BY ALL
