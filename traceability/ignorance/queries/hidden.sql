-- By plant and product: what left lots without a record, less what orders are known to be short of.
WITH lost AS (
  SELECT site_code, product_id, SUM(unaccounted_qty) AS qty
  FROM mart.lot_balance
  WHERE unaccounted_qty > 0
  GROUP BY site_code, product_id
), missing AS (
  SELECT site_code, product_id, SUM(required_qty - used_qty) AS qty
  FROM mart.order_balance
  WHERE used_qty < required_qty
  GROUP BY site_code, product_id
)
SELECT lost.site_code, lost.product_id, lost.qty - COALESCE(missing.qty, 0) AS qty
FROM lost
LEFT JOIN missing ON missing.site_code = lost.site_code AND missing.product_id = lost.product_id
WHERE lost.qty > COALESCE(missing.qty, 0)
ORDER BY ALL
