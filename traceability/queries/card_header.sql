-- What the masters say about lots.
WITH named_supplier AS (
  SELECT crosswalk.site_code, crosswalk.supplier_code, MIN(supplier.supplier_name) AS supplier_name
  FROM core.supplier_crosswalk AS crosswalk
  JOIN core.supplier AS supplier USING (supplier_id)
  GROUP BY crosswalk.site_code, crosswalk.supplier_code
), registered AS (
  SELECT
    product_id,
    MIN(di) FILTER (WHERE level_code = 'primary') AS primary_di,
    MIN(registration_no) AS registration_no,
    MIN(risk_class_code) AS risk_class_code
  FROM core.udi_di
  GROUP BY product_id
), said AS (
  -- A declaration before what the register publishes.
  SELECT
    primary_di,
    COALESCE(BOOL_OR(is_sterile) FILTER (register_code = 'declared'), BOOL_OR(is_sterile)) AS is_sterile,
    COALESCE(BOOL_OR(is_serial_managed) FILTER (register_code = 'declared'), BOOL_OR(is_serial_managed)) AS is_serial_managed,
    COALESCE(BOOL_OR(has_expiry_date) FILTER (register_code = 'declared'), BOOL_OR(has_expiry_date)) AS has_expiry_date,
    COALESCE(
      MIN(sterilisation_method_name) FILTER (register_code = 'declared'), MIN(sterilisation_method_name)
    ) AS sterilisation_method_name
  FROM core.udi_record
  GROUP BY primary_di
)
SELECT
  lot.lot_id AS of_lot_id,
  product.base_uom_code AS uom_code,
  product.spec_name,
  registered.primary_di,
  registered.registration_no,
  registered.risk_class_code,
  lot.manufactured_date,
  lot.expiry_date,
  lot.created_date,
  lot.supplier_code,
  named_supplier.supplier_name,
  lot.supplier_lot_no,
  lot.is_in_master,
  place.zone_name,
  said.is_sterile,
  COALESCE(product.is_serial_managed, said.is_serial_managed) AS is_serial_managed,
  said.has_expiry_date,
  said.sterilisation_method_name
FROM core.lot AS lot
LEFT JOIN core.product AS product USING (product_id)
LEFT JOIN core.site AS place ON place.site_code = lot.site_code
LEFT JOIN registered ON registered.product_id = lot.product_id
LEFT JOIN said ON said.primary_di = registered.primary_di
LEFT JOIN named_supplier
  ON named_supplier.site_code = lot.site_code AND named_supplier.supplier_code = lot.supplier_code
WHERE lot.lot_id IN (SELECT UNNEST($lot_ids))
