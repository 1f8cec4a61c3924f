-- Every lot's deciding inspection: one row per decided lot, named by the counter it adds to.
SELECT
  CASE decision_code WHEN 'accepted' THEN 'released_lots' ELSE decision_code || '_lots' END AS part,
  _source_table, _file_sha256, _row
FROM core.release_decision
WHERE decision_code IS NOT NULL
  AND site_code = $site_code AND product_id = $product_id
  AND date_trunc('month', decided_at AT TIME ZONE (SELECT zone_name FROM core.site WHERE site_code = $site_code)) = CAST($month AS DATE)
