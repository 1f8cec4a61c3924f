-- Where material came in without a record.
SELECT site_code, wanted_product_id, order_id, lot_id, from_date, until_date, missing_qty
FROM mart.trace_open_end
ORDER BY ALL
