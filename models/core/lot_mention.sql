MODEL (
  name core.lot_mention,
  kind EMBEDDED,
  owner master_data,
  grain (_source_table, _file_sha256, _row, column_name),
  description 'Every record that names a lot, with the lot as its system writes it: ERP numbers in the notation of the lot master, those of MES and QMS as typed.',
  tags (core)
);

WITH written AS (
  SELECT source_system, site_code, product_code, lot_no, 'lot_no' AS column_name, _source_table, _file_sha256, _row FROM core.lot WHERE is_in_master
  UNION ALL
  SELECT source_system, site_code, product_code, lot_no, 'lot_no', _source_table, _file_sha256, _row FROM core.movement
  UNION ALL
  SELECT source_system, site_code, to_product_code, to_lot_no, 'to_lot_no', _source_table, _file_sha256, _row FROM core.movement
  UNION ALL
  SELECT source_system, site_code, product_code, lot_no, 'lot_no', _source_table, _file_sha256, _row FROM core.inspection
  UNION ALL
  SELECT source_system, site_code, product_code, lot_no, 'lot_no', _source_table, _file_sha256, _row FROM core.shipment
  UNION ALL
  SELECT source_system, site_code, product_code, lot_no, 'lot_no', _source_table, _file_sha256, _row FROM core.serial
  UNION ALL
  SELECT source_system, site_code, product_code, lot_no, 'lot_no', _source_table, _file_sha256, _row FROM @entity(@as_operation_event) AS mapped
  UNION ALL
  SELECT source_system, site_code, product_code, lot_no, 'lot_no', _source_table, _file_sha256, _row FROM @entity(@as_material_use) AS mapped
  UNION ALL
  SELECT source_system, site_code, to_product_code, to_lot_no, 'to_lot_no', _source_table, _file_sha256, _row FROM @entity(@as_material_use) AS mapped
  UNION ALL
  SELECT source_system, site_code, product_code, lot_no, 'lot_no', _source_table, _file_sha256, _row FROM @entity(@as_sterilisation) AS mapped
  UNION ALL
  SELECT source_system, site_code, product_code, lot_no, 'lot_no', _source_table, _file_sha256, _row FROM @entity(@as_ncr) AS mapped
  UNION ALL
  SELECT source_system, site_code, product_code, lot_no, 'lot_no', _source_table, _file_sha256, _row FROM @entity(@as_complaint) AS mapped
)
SELECT
  source_system::TEXT AS source_system,  /* System that writes it so */
  site_code::TEXT AS site_code,  /* Plant: A, B, C; G for public registers */
  @text(product_code)::TEXT AS product_code,  /* Material number as the plant writes it, NULL when the record names none */
  @text(lot_no)::TEXT AS lot_text,  /* The lot as the system writes it */
  column_name::TEXT AS column_name,  /* Column that names it, in house names */
  _source_table::TEXT AS _source_table,  /* Contract of the source row */
  _file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  _row::BIGINT AS _row  /* Record number in the file */
FROM written
WHERE
  NOT @text(lot_no) IS NULL
