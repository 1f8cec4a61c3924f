MODEL (
  name mart.kpi_target,
  kind SEED (path 'kpi_target.csv'),
  owner data_platform,
  grain (kpi_code, site_code, effective_date),
  description 'What each KPI is to reach (指标目标): value, who set it, where it was decided, and the first month it holds for; it holds until a later one of the same plant. A KPI without a row has no target, and pages say so.',
  tags (mart, kpi),
  columns (
    kpi_code TEXT,
    site_code TEXT,
    effective_date DATE,
    target_value DECIMAL(28, 9),
    owner_name TEXT,
    decided_in TEXT
  ),
  column_descriptions (
    kpi_code = 'KPI code, as in mart.kpi_definition',
    site_code = 'Plant',
    effective_date = 'First day of the first month the target holds for',
    target_value = 'Target in the unit of the KPI: at least this where higher is better, else at most',
    owner_name = 'Who set the target',
    decided_in = 'Record the target was decided in'
  ),
  audits (
    not_null(columns := (kpi_code, site_code, effective_date, target_value, owner_name, decided_in)),
    unique_combination_of_columns(columns := (kpi_code, site_code, effective_date))
  )
)
