MODEL (
  name mart.trace_gap_code,
  kind SEED (path 'trace_gap_code.csv'),
  owner quality,
  grain (gap_code),
  description 'What each gap of the genealogy means and what to do about it, in Chinese and English.',
  tags (mart, trace),
  columns (
    gap_code TEXT,
    title_zh TEXT,
    title_en TEXT,
    remedy_zh TEXT,
    remedy_en TEXT
  ),
  column_descriptions (
    gap_code = 'Code of the gap',
    title_zh = 'What is not known, Chinese',
    title_en = 'What is not known, English',
    remedy_zh = 'What to do, Chinese',
    remedy_en = 'What to do, English'
  ),
  audits (not_null(columns := (gap_code)), unique_values(columns := (gap_code)))
)
