-- Lots of a plant, a product or a time of manufacture; what is NULL does not narrow.
SELECT lot_id
FROM core.lot
WHERE COALESCE(site_code = $site_code, TRUE)
  AND COALESCE(product_code = $product_code, TRUE)
  AND ($first_day::DATE IS NULL OR manufactured_date >= $first_day)
  AND ($last_day::DATE IS NULL OR manufactured_date <= $last_day)
  AND lot_kind_code = 'produced'
ORDER BY lot_id
