MODEL (
  name mart.kpi_definition,
  kind SEED (path 'kpi_definition.csv'),
  owner data_platform,
  grain (kpi_code),
  description 'What each KPI means (口径手册): name, formula, numerator, denominator, unit, grain, owner and version, in Chinese and English. docs/kpi.md is the same text.',
  tags (mart, kpi),
  columns (
    kpi_code TEXT,
    name_zh TEXT,
    name_en TEXT,
    formula_zh TEXT,
    formula_en TEXT,
    numerator_zh TEXT,
    numerator_en TEXT,
    denominator_zh TEXT,
    denominator_en TEXT,
    unit_code TEXT,
    better_code TEXT,
    grain TEXT,
    mart_name TEXT,
    owner_name TEXT,
    version TEXT
  ),
  column_descriptions (
    kpi_code = 'KPI code, as in mart.kpi_monthly',
    name_zh = 'Name, Chinese',
    name_en = 'Name, English',
    formula_zh = 'Formula, Chinese',
    formula_en = 'Formula, English',
    numerator_zh = 'Numerator and its time basis, Chinese',
    numerator_en = 'Numerator and its time basis, English',
    denominator_zh = 'Denominator and its time basis, Chinese',
    denominator_en = 'Denominator and its time basis, English',
    unit_code = 'Unit of the value, UN/ECE Rec 20: C62 ratio of one, 59 parts per million, DAY, HUR',
    better_code = 'Which way is better: higher or lower',
    grain = 'Finest grain the KPI is kept at, Chinese and English',
    mart_name = 'Table with the finest grain',
    owner_name = 'Owner of the definition',
    version = 'Version of the definition; raised when a number would change'
  ),
  audits (
    not_null(columns := (kpi_code, name_zh, name_en, formula_zh, formula_en, unit_code, better_code, version)),
    unique_values(columns := (kpi_code))
  )
)
