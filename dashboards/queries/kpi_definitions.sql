-- What each KPI means.
SELECT
  kpi_code, name_zh, name_en, formula_zh, formula_en, numerator_zh, numerator_en, denominator_zh, denominator_en,
  unit_code, better_code, grain, mart_name, owner_name, version
FROM mart.kpi_definition
ORDER BY kpi_code
