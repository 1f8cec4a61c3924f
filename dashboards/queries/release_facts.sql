-- How far the data reach and how many files they come from.
SELECT
  (SELECT MAX(as_of_date) FROM mart.as_of) AS as_of_date,
  (SELECT COUNT(DISTINCT file_sha256) FROM mart.file) AS file_count,
  (SELECT COUNT(*) FROM core.lot) AS lot_count
