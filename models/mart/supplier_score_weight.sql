MODEL (
  name mart.supplier_score_weight,
  kind SEED (path 'supplier_score_weight.csv'),
  owner purchasing,
  grain (component_code),
  description 'What a supplier''s score is made of and how much each part weighs: the house''s own choice; change the CSV, not a page.',
  tags (mart),
  columns (
    component_code TEXT,
    weight_pct INT,
    title_zh TEXT,
    title_en TEXT,
    formula_zh TEXT,
    formula_en TEXT
  ),
  column_descriptions (
    component_code = 'Part of the score: acceptance, delivery, return or nonconformity',
    weight_pct = 'Weight in percent; parts without evidence drop out of numerator and denominator',
    title_zh = 'Name of the part, Chinese',
    title_en = 'Name of the part, English',
    formula_zh = 'Its points, Chinese',
    formula_en = 'Its points, English'
  ),
  audits (not_null(columns := (component_code, weight_pct)), unique_values(columns := (component_code)))
)
