MODEL (
  name core.survivorship,
  kind SEED (path 'survivorship.csv'),
  owner data_platform,
  grain (role_code, attribute),
  description 'Which of several values survives in a golden record (存活规则): per attribute two criteria in turn and the order of the sources. Reviewed like code; attribute record_id decides whose id a party without credit code bears.',
  tags (core),
  columns (
    role_code TEXT,
    attribute TEXT,
    first_code TEXT,
    second_code TEXT,
    source_order TEXT,
    why_zh TEXT,
    why_en TEXT
  ),
  column_descriptions (
    role_code = 'supplier or customer',
    attribute = 'Attribute of a party',
    first_code = 'First criterion: source_rank, recency (latest valid day), completeness (longest text), strictest (true before false)',
    second_code = 'Criterion among those equal by the first',
    source_order = 'Source systems, most trusted first; a system not named comes after them',
    why_zh = 'Reason, Chinese',
    why_en = 'Reason, English'
  ),
  audits (
    not_null(columns := (role_code, attribute, first_code, source_order, why_zh, why_en)),
    unique_combination_of_columns(columns := (role_code, attribute))
  )
)
