-- First passes of the operation that ended in the month; each adds to good_qty and entered_qty.
SELECT 'entered_qty' AS part, event._source_table, event._file_sha256, event._row
FROM core.operation_event AS event
LEFT JOIN core.product AS product
  ON product.site_code = event.site_code AND product.product_code = event.product_code
WHERE event.pass_no = 1
  AND event.site_code = $site_code AND event.operation_code = $operation_code
  AND coalesce(product.product_id, event.source_system || ':' || event.product_code) = $product_id
  AND date_trunc('month', event.ended_at AT TIME ZONE (SELECT zone_name FROM core.site WHERE site_code = $site_code)) = CAST($month AS DATE)
