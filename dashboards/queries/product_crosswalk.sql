-- Material numbers and the product each stands for; what joined several comes first, conflicts before all.
SELECT
  crosswalk.golden_product_id, crosswalk.product_id, crosswalk.site_code, product.product_name_zh, product.product_name_en,
  product.product_type_code, product.spec_name, crosswalk.di, crosswalk.match_rule_code,
  COUNT(*) OVER (PARTITION BY crosswalk.golden_product_id) AS record_count
FROM core.product_crosswalk AS crosswalk
LEFT JOIN core.product AS product USING (product_id)
ORDER BY crosswalk.match_rule_code = 'conflict' DESC, record_count DESC, crosswalk.golden_product_id, crosswalk.product_id
