-- Plants and days that the quality records speak of.
SELECT
  COALESCE(LIST(DISTINCT site_code ORDER BY site_code), []) AS site_codes, MIN(opened_date) AS first,
  (SELECT MAX(as_of_date) FROM mart.as_of) AS last
FROM mart.quality_record
