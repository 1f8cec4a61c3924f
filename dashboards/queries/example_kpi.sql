SELECT site_code, kpi_code, month, value
FROM mart.kpi_monthly
ORDER BY month DESC, kpi_code, site_code
