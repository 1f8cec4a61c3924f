-- Every KPI of every plant and month up to the day the data speaks to.
SELECT site_code, kpi_code, month, numerator, denominator, value
FROM mart.kpi_monthly
WHERE month <= (SELECT as_of_date FROM mart.as_of)
ORDER BY kpi_code, site_code, month
