MODEL (
  name mart.quality_due_rule,
  kind SEED (path 'quality_due_rule.csv'),
  owner quality,
  grain (rule_id),
  description 'Within how many days a quality record is to be closed when its system gives no due date: the house''s own rules, each from a day on; change the CSV, not a page.',
  tags (mart),
  columns (
    rule_id TEXT,
    kind_code TEXT,
    severity_code TEXT,
    due_days INT,
    valid_from_date DATE,
    title_zh TEXT,
    title_en TEXT
  ),
  column_descriptions (
    rule_id = 'Stable id of the due rule',
    kind_code = 'Kind of record: ncr, deviation or complaint',
    severity_code = 'critical, major or minor; of complaints reportable or other',
    due_days = 'Calendar days from opening to closing',
    valid_from_date = 'Records opened on or after this day; the latest such rule holds',
    title_zh = 'The rule, Chinese',
    title_en = 'The rule, English'
  ),
  audits (not_null(columns := (rule_id, kind_code, due_days)), unique_values(columns := (rule_id)))
)
