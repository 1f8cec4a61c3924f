-- The source rows that speak of lots: entity, contract, file, record.
WITH wanted AS (
  SELECT UNNEST($lot_ids) AS of_lot_id
), speaking AS (
  SELECT 'lot' AS entity, lot_id AS of_lot_id, _source_table, _file_sha256, _row FROM core.lot
  UNION ALL SELECT 'movement', lot_id, _source_table, _file_sha256, _row FROM core.movement
  UNION ALL SELECT 'movement', to_lot_id, _source_table, _file_sha256, _row FROM core.movement
  UNION ALL SELECT 'production_order', lot_id, _source_table, _file_sha256, _row FROM core.production_order
  UNION ALL SELECT 'operation_event', lot_id, _source_table, _file_sha256, _row FROM core.operation_event
  UNION ALL SELECT 'material_use', lot_id, _source_table, _file_sha256, _row FROM core.material_use
  UNION ALL SELECT 'material_use', to_lot_id, _source_table, _file_sha256, _row FROM core.material_use
  UNION ALL SELECT 'sterilisation', lot_id, _source_table, _file_sha256, _row FROM core.sterilisation
  UNION ALL SELECT 'inspection', lot_id, _source_table, _file_sha256, _row FROM core.inspection
  UNION ALL SELECT 'inspection_result', inspection.lot_id, result._source_table, result._file_sha256, result._row
  FROM core.inspection_result AS result
  JOIN core.inspection AS inspection USING (site_code, inspection_no)
  WHERE inspection.lot_id IN (SELECT of_lot_id FROM wanted)
  UNION ALL SELECT 'shipment', lot_id, _source_table, _file_sha256, _row FROM core.shipment
  UNION ALL SELECT 'serial', lot_id, _source_table, _file_sha256, _row FROM core.serial
  UNION ALL SELECT 'ncr', lot_id, _source_table, _file_sha256, _row FROM core.ncr
  UNION ALL SELECT 'complaint', lot_id, _source_table, _file_sha256, _row FROM core.complaint
), row_of_lot AS (
  SELECT speaking.* FROM speaking JOIN wanted USING (of_lot_id) WHERE _file_sha256 IS NOT NULL
), file AS (
  SELECT source_table, file_sha256, MIN(file_name) AS file_name FROM mart.file GROUP BY source_table, file_sha256
)
SELECT DISTINCT
  row_of_lot.of_lot_id,
  row_of_lot.entity,
  row_of_lot._source_table AS source_table,
  file.file_name,
  row_of_lot._file_sha256 AS file_sha256,
  row_of_lot._row AS row_no
FROM row_of_lot
LEFT JOIN file ON file.source_table = row_of_lot._source_table AND file.file_sha256 = row_of_lot._file_sha256
ORDER BY row_of_lot.of_lot_id, row_of_lot.entity, source_table, file_name, file_sha256, row_no
