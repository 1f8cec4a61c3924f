-- Lots of the product behind a DI; a package DI leads to the unit it contains. $lot_no and $serial_no narrow.
WITH RECURSIVE inner_di(di) AS (
  SELECT $di::TEXT
  UNION
  SELECT package.child_di
  FROM inner_di
  JOIN core.udi_package AS package ON package.parent_di = inner_di.di
), named_product AS (
  SELECT DISTINCT udi_di.site_code, udi_di.product_code, udi_di.product_id
  FROM core.udi_di AS udi_di
  JOIN inner_di USING (di)
  WHERE udi_di.product_id IS NOT NULL
), found AS (
  SELECT lot.lot_id, lot.created_date
  FROM core.lot AS lot
  JOIN named_product USING (product_id)
  WHERE ($lot_no IS NULL OR lot.lot_no = $lot_no)
    AND ($serial_no IS NULL OR EXISTS (
      SELECT 1 FROM core.serial AS serial
      WHERE serial.lot_id = lot.lot_id AND serial.serial_no = UPPER($serial_no)
    ))
)
SELECT 'udi' AS kind, $di AS matched, lot_id
FROM found
ORDER BY created_date DESC NULLS LAST, lot_id
LIMIT $at_most
