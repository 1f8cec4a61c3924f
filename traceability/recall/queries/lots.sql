-- Facts of the scope's lots, each with its product and its registered device identifier.
WITH wanted AS (
  SELECT UNNEST($lot_ids::TEXT[]) AS lot_id, UNNEST($depths::INTEGER[]) AS depth
), registered AS (
  SELECT
    product_id,
    MIN(di) FILTER (WHERE level_code = 'primary') AS di,
    MIN_BY(issuing_agency_code, di) FILTER (WHERE level_code = 'primary') AS issuing_agency_code,
    MIN(registration_no) AS registration_no,
    MIN(risk_class_code) AS risk_class_code
  FROM core.udi_di
  WHERE product_id IS NOT NULL
  GROUP BY product_id
)
SELECT
  wanted.lot_id,
  COALESCE(lot.site_code, SPLIT_PART(wanted.lot_id, ':', 1)) AS site_code,
  lot.product_id,
  COALESCE(lot.product_code, SPLIT_PART(wanted.lot_id, ':', 2)) AS product_code,
  COALESCE(lot.lot_no, SPLIT_PART(wanted.lot_id, ':', 3)) AS lot_no,
  product.product_name_zh,
  product.product_name_en,
  product.spec_name,
  product.product_type_code,
  COALESCE(lot.lot_kind_code, 'unknown') AS lot_kind_code,
  product.base_uom_code AS uom_code,
  registered.di,
  registered.issuing_agency_code,
  registered.registration_no,
  registered.risk_class_code,
  lot.manufactured_date,
  lot.expiry_date,
  wanted.depth,
  wanted.depth = 0 AS is_root
FROM wanted
LEFT JOIN core.lot AS lot USING (lot_id)
LEFT JOIN core.product AS product ON product.product_id = lot.product_id
LEFT JOIN registered ON registered.product_id = lot.product_id
ORDER BY wanted.depth, wanted.lot_id
