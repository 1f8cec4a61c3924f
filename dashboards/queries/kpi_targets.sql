-- What each KPI is to reach, per plant, from a month on.
SELECT kpi_code, site_code, effective_date, target_value, owner_name, decided_in
FROM mart.kpi_target
ORDER BY kpi_code, site_code, effective_date
