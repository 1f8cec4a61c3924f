-- Lots by their latest final decision.
SELECT
  decision.site_code, CAST(date_trunc('month', decision.decided_at AT TIME ZONE coalesce(zone_name, 'UTC')) AS DATE) AS month,
  product_id, '' AS operation_code, '' AS equipment_id, '' AS supplier_id,
  lot_id AS record_id, CAST(decision.decided_at AT TIME ZONE coalesce(zone_name, 'UTC') AS DATE) AS day,
  CASE WHEN decision_code = 'accepted' THEN 1 ELSE 0 END AS numerator, 1 AS denominator, NULL AS value,
  _source_table, _file_sha256, _row
FROM core.release_decision AS decision
LEFT JOIN core.site USING (site_code)
WHERE decision_code IS NOT NULL
