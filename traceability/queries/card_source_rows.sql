-- The source rows that speak of the lot: entity, contract, file, record.
WITH row_of_lot AS (
  SELECT 'lot' AS entity, _source_table, _file_sha256, _row FROM core.lot WHERE lot_id = $lot_id
  UNION ALL SELECT 'movement', _source_table, _file_sha256, _row FROM core.movement WHERE lot_id = $lot_id OR to_lot_id = $lot_id
  UNION ALL SELECT 'production_order', _source_table, _file_sha256, _row FROM core.production_order WHERE lot_id = $lot_id
  UNION ALL SELECT 'operation_event', _source_table, _file_sha256, _row FROM core.operation_event WHERE lot_id = $lot_id
  UNION ALL SELECT 'material_use', _source_table, _file_sha256, _row FROM core.material_use WHERE lot_id = $lot_id OR to_lot_id = $lot_id
  UNION ALL SELECT 'sterilisation', _source_table, _file_sha256, _row FROM core.sterilisation WHERE lot_id = $lot_id
  UNION ALL SELECT 'inspection', _source_table, _file_sha256, _row FROM core.inspection WHERE lot_id = $lot_id
  UNION ALL SELECT 'inspection_result', result._source_table, result._file_sha256, result._row
  FROM core.inspection_result AS result
  JOIN core.inspection AS inspection USING (site_code, inspection_no)
  WHERE inspection.lot_id = $lot_id
  UNION ALL SELECT 'shipment', _source_table, _file_sha256, _row FROM core.shipment WHERE lot_id = $lot_id
  UNION ALL SELECT 'serial', _source_table, _file_sha256, _row FROM core.serial WHERE lot_id = $lot_id
  UNION ALL SELECT 'ncr', _source_table, _file_sha256, _row FROM core.ncr WHERE lot_id = $lot_id
  UNION ALL SELECT 'complaint', _source_table, _file_sha256, _row FROM core.complaint WHERE lot_id = $lot_id
), file AS (
  SELECT source_table, file_sha256, MIN(file_name) AS file_name FROM mart.file GROUP BY source_table, file_sha256
)
SELECT DISTINCT
  row_of_lot.entity,
  row_of_lot._source_table AS source_table,
  file.file_name,
  row_of_lot._file_sha256 AS file_sha256,
  row_of_lot._row AS row_no
FROM row_of_lot
LEFT JOIN file ON file.source_table = row_of_lot._source_table AND file.file_sha256 = row_of_lot._file_sha256
WHERE row_of_lot._file_sha256 IS NOT NULL
ORDER BY row_of_lot.entity, source_table, file_name, file_sha256, row_no
