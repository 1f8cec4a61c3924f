-- The score of every supplier of a plant: sum of weight x points over the sum of weights of parts with evidence.
SELECT
  score.site_code, score.supplier_id, supplier.supplier_name, COALESCE(supplier.is_blocked, FALSE) AS is_blocked,
  (SUM(CASE WHEN NOT points IS NULL THEN weight_pct * points END) / NULLIF(SUM(CASE WHEN NOT points IS NULL THEN weight_pct END), 0))
    ::DECIMAL(9, 2) AS score,
  SUM(CASE WHEN NOT points IS NULL THEN weight_pct ELSE 0 END)::BIGINT AS evident_pct,
  MAX(CASE component_code WHEN 'acceptance' THEN points END)::DECIMAL(9, 2) AS acceptance_points,
  MAX(CASE component_code WHEN 'delivery' THEN points END)::DECIMAL(9, 2) AS delivery_points,
  MAX(CASE component_code WHEN 'return' THEN points END)::DECIMAL(9, 2) AS return_points,
  MAX(CASE component_code WHEN 'nonconformity' THEN points END)::DECIMAL(9, 2) AS nonconformity_points,
  MAX(CASE component_code WHEN 'acceptance' THEN base_qty END)::BIGINT AS inspected_lots,
  MAX(CASE component_code WHEN 'nonconformity' THEN base_qty - good_qty END)::BIGINT AS nonconformity_count
FROM mart.supplier_score AS score
LEFT JOIN core.supplier AS supplier ON supplier.supplier_id = score.supplier_id
GROUP BY score.site_code, score.supplier_id, supplier.supplier_name, supplier.is_blocked
ORDER BY score NULLS LAST, score.site_code, score.supplier_id
