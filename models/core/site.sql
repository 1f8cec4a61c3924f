MODEL (
  name core.site,
  kind SEED (path 'site.csv'),
  owner data_platform,
  grain (site_code),
  description 'The plants and the zone of each: the day of a time is the day on the clock of its plant.',
  tags (core),
  columns (
    site_code TEXT,
    site_name_zh TEXT,
    site_name_en TEXT,
    zone_name TEXT
  ),
  column_descriptions (
    site_code = 'Plant: A, B, C',
    site_name_zh = 'Name, Chinese',
    site_name_en = 'Name, English',
    zone_name = 'Zone of the plant in the IANA database'
  ),
  audits (
    not_null(columns := (site_code, site_name_zh, site_name_en, zone_name)),
    unique_values(columns := (site_code))
  )
)
