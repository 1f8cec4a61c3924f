-- Every stream of measurements, and of inspected samples, that may make a control chart.
WITH stream AS (
  SELECT
    stream_id, site_code, source_system, product_id, characteristic_name, unit_code, lower_limit, upper_limit,
    COUNT(*) AS value_count, COUNT(DISTINCT subgroup_id) AS subgroup_count
  FROM mart.spc_value
  GROUP BY ALL
  UNION ALL
  SELECT
    inspection.site_code || '|' || inspection.source_system || '|' || product_id || '|' || inspection_kind_code,
    inspection.site_code, inspection.source_system, product_id, inspection_kind_code, NULL, NULL, NULL, SUM(sample_qty)::BIGINT,
    COUNT(DISTINCT STRFTIME(decided_at AT TIME ZONE site.zone_name, '%Y-%m'))
  FROM core.inspection AS inspection
  INNER JOIN core.site AS site ON site.site_code = inspection.site_code
  WHERE sample_qty > 0 AND defect_qty BETWEEN 0 AND sample_qty AND NOT decided_at IS NULL AND NOT product_id IS NULL
  GROUP BY ALL
)
SELECT
  stream.stream_id, stream.site_code, stream.source_system, stream.product_id, product.product_name_zh,
  product.product_name_en, stream.characteristic_name, stream.unit_code, stream.lower_limit, stream.upper_limit,
  stream.value_count, stream.subgroup_count
FROM stream
LEFT JOIN core.product AS product ON product.product_id = stream.product_id
ORDER BY stream.site_code, stream.product_id, stream.characteristic_name, stream.stream_id
