-- Every CAPA that was open in the year.
SELECT capa_no, root_cause_name, opened_date, original_due_date, due_date, closed_date,
  CASE WHEN closed_date IS NULL THEN 'open' WHEN closed_date > due_date THEN 'closed_late' ELSE 'closed' END AS state_code,
  coalesce(closed_date, $until) - opened_date AS age_days, effectiveness_due_date, effectiveness_code
FROM core.capa
WHERE site_code = $site AND (opened_date BETWEEN $since AND $until
  OR (opened_date < $since AND coalesce(closed_date, $until) >= $since))
ORDER BY opened_date, capa_no
