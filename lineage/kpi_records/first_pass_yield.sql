-- First passes of operations that have ended.
SELECT
  event.site_code, CAST(date_trunc('month', event.ended_at AT TIME ZONE coalesce(zone_name, 'UTC')) AS DATE) AS month,
  coalesce(product.product_id, event.source_system || ':' || event.product_code) AS product_id,
  event.operation_code, '' AS equipment_id, '' AS supplier_id,
  event.event_id AS record_id, CAST(event.ended_at AT TIME ZONE coalesce(zone_name, 'UTC') AS DATE) AS day,
  event.good_qty AS numerator, event.input_qty AS denominator, NULL AS value,
  event._source_table, event._file_sha256, event._row
FROM core.operation_event AS event
LEFT JOIN core.site ON site.site_code = event.site_code
LEFT JOIN core.product ON product.site_code = event.site_code AND product.product_code = event.product_code
WHERE event.pass_no = 1 AND event.ended_at IS NOT NULL
  AND event.operation_code IS NOT NULL AND event.product_code IS NOT NULL
