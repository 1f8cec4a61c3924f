MODEL (
  name core.finding,
  kind FULL,
  owner data_platform,
  description 'All findings that need more than one record to be seen; findings of single cells are in stg.finding.',
  tags (core),
  audits (not_null(columns := (rule_id, source_table, file_sha256, row_no)))
);

WITH found AS (
  SELECT rule_id, action, source_table, file_sha256, row_no, column_name, before, after, message
  FROM core.finding_lot
  UNION ALL
  SELECT rule_id, action, source_table, file_sha256, row_no, column_name, before, after, message
  FROM core.finding_movement
  UNION ALL
  SELECT rule_id, action, source_table, file_sha256, row_no, column_name, before, after, message
  FROM core.finding_quality
  UNION ALL
  SELECT rule_id, action, source_table, file_sha256, row_no, column_name, before, after, message
  FROM core.finding_master
  UNION ALL
  SELECT rule_id, action, source_table, file_sha256, row_no, column_name, before, after, message
  FROM core.finding_operation
  UNION ALL
  SELECT rule_id, action, source_table, file_sha256, row_no, column_name, before, after, message
  FROM core.finding_packing
  UNION ALL
  SELECT rule_id, action, source_table, file_sha256, row_no, column_name, before, after, message
  FROM core.finding_party
  UNION ALL
  SELECT rule_id, action, source_table, file_sha256, row_no, column_name, before, after, message
  FROM core.finding_subcontract
  UNION ALL
  SELECT rule_id, action, source_table, file_sha256, row_no, column_name, before, after, message
  FROM core.finding_lot_spelling
  UNION ALL
  SELECT rule_id, action, source_table, file_sha256, row_no, column_name, before, after, message
  FROM core.finding_equipment
  UNION ALL
  SELECT rule_id, action, source_table, file_sha256, row_no, column_name, before, after, message
  FROM core.finding_product
  UNION ALL
  SELECT rule_id, action, source_table, file_sha256, row_no, column_name, before, after, message
  FROM core.finding_shipment
)
SELECT
  rule_id::TEXT AS rule_id,  /* Rule that speaks */
  action::TEXT AS action,  /* warned, merged into a survivor, or repaired */
  source_table::TEXT AS source_table,  /* Contract of the source row */
  file_sha256::TEXT AS file_sha256,  /* File of the source row */
  row_no::BIGINT AS row_no,  /* Record number in the file, 1-based */
  column_name::TEXT AS column_name,  /* Column that shows it, in house names */
  before::TEXT AS before,  /* Value that was found */
  after::TEXT AS after,  /* What a repair made of it; else NULL */
  message::TEXT AS message  /* The rule in words, Chinese and English */
FROM found
