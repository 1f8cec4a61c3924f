MODEL (
  name stg.adventureworks__as_stock,
  kind EMBEDDED,
  owner plant_c_erp,
  grain (product_code, storage_location_code, snapshot_date),
  description 'Stock of plant C by location, shelf and bin.',
  tags (stg, adventureworks)
);

SELECT
  'C'::TEXT AS site_code,  /* Plant C */
  product.product_code::TEXT AS product_code,  /* Product number */
  NULL::TEXT AS lot_no,  /* AdventureWorks keeps no lots */
  (held.location_id || '-' || held.shelf_code || '-' || held.bin_code)::TEXT AS storage_location_code,  /* Place '<location>-<shelf>-<bin>' */
  held.stock_qty::DECIMAL(18, 3) AS stock_qty,  /* Quantity on hand, base unit */
  0::DECIMAL(18, 3) AS quality_qty,  /* AdventureWorks keeps no stock in inspection apart */
  0::DECIMAL(18, 3) AS blocked_qty,  /* AdventureWorks keeps no blocked stock apart */
  held.snapshot_date::DATE AS snapshot_date,  /* Day of the last change */
  'adventureworks'::TEXT AS source_system,  /* System the row came from */
  held._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  held._row::BIGINT AS _row  /* Record number in the file */
FROM stg.adventureworks__product_inventory AS held
INNER JOIN stg.adventureworks__product AS product
  ON product.internal_product_id = held.internal_product_id
