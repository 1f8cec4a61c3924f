-- Lots by id, with the product's names.
SELECT
  lot.lot_id,
  lot.site_code,
  lot.product_id,
  lot.product_code,
  lot.lot_no,
  product.product_name_zh,
  product.product_name_en,
  product.product_type_code,
  lot.lot_kind_code
FROM core.lot AS lot
LEFT JOIN core.product AS product USING (product_id)
WHERE lot.lot_id IN (SELECT UNNEST($lot_ids))
ORDER BY lot.lot_id
