-- Lots that complaints name, each once.
SELECT DISTINCT lot_id
FROM core.complaint
WHERE lot_id IS NOT NULL
  AND ($product_code::TEXT IS NULL OR product_code = $product_code)
  AND ($first::DATE IS NULL OR received_date >= $first)
  AND ($last::DATE IS NULL OR received_date <= $last)
ORDER BY lot_id
