MODEL (
  name core.finding_lot,
  kind FULL,
  owner data_platform,
  description 'Findings about lots: impossible dates, numbers used twice, lots without origin.',
  tags (core),
  audits (not_null(columns := (rule_id, source_table, file_sha256, row_no)))
);

WITH named_twice AS (
  SELECT lot_no
  FROM core.lot
  WHERE is_in_master
  GROUP BY lot_no
  HAVING COUNT(*) > 1
), reused AS (
  SELECT movement.lot_id
  FROM core.movement AS movement
  INNER JOIN core.product AS product
    ON product.product_id = movement.product_id
  WHERE movement.movement_class_code IN ('receipt', 'production') AND NOT movement.is_reversal
  GROUP BY movement.lot_id
  HAVING MAX(movement.posting_date) - MIN(movement.posting_date) > MAX(product.shelf_life_days)
), originated AS (
  SELECT lot_id
  FROM core.movement
  WHERE base_qty > 0 AND NOT is_reversal
  UNION
  SELECT to_lot_id
  FROM core.movement
  WHERE movement_class_code = 'relabel'
), found AS (
  SELECT
    'DQ-LOT-001' AS rule_id, 'warned' AS action, lot._source_table AS source_table, lot._file_sha256 AS file_sha256,
    lot._row AS row_no, 'manufactured_date' AS column_name, lot.manufactured_date::TEXT || ' > ' || lot.expiry_date::TEXT AS before, NULL::TEXT AS after,
    '生产日期晚于有效期 | manufactured after expiry' AS message
  FROM core.lot AS lot
  WHERE lot.manufactured_date > lot.expiry_date
  UNION ALL
  SELECT
    'DQ-LOT-002' AS rule_id, 'warned' AS action, lot._source_table AS source_table, lot._file_sha256 AS file_sha256,
    lot._row AS row_no, 'lot_no' AS column_name, lot.lot_id AS before, NULL::TEXT AS after,
    '同一批号用于多个产品或工厂 | lot number used on several products or plants' AS message
  FROM core.lot AS lot
  INNER JOIN named_twice
    ON named_twice.lot_no = lot.lot_no
  WHERE lot.is_in_master
  UNION ALL
  SELECT
    'DQ-LOT-002' AS rule_id, 'warned' AS action, lot._source_table AS source_table, lot._file_sha256 AS file_sha256,
    lot._row AS row_no, 'lot_no' AS column_name, lot.lot_id AS before, NULL::TEXT AS after,
    '批号在保质期后再次使用 | lot number reused after the shelf life' AS message
  FROM core.lot AS lot
  INNER JOIN reused
    ON reused.lot_id = lot.lot_id
  UNION ALL
  SELECT
    'DQ-GEN-001' AS rule_id, 'warned' AS action, movement._source_table AS source_table, movement._file_sha256 AS file_sha256,
    movement._row AS row_no, 'lot_no' AS column_name, movement.lot_id AS before, NULL::TEXT AS after,
    '消耗的批没有入库或生产 | consumed lot was never received or produced' AS message
  FROM core.movement AS movement
  LEFT JOIN originated
    ON originated.lot_id = movement.lot_id
  WHERE movement.movement_class_code = 'consumption' AND NOT movement.is_reversal
    AND NOT movement.lot_id IS NULL AND originated.lot_id IS NULL
)
SELECT
  rule_id::TEXT AS rule_id,  /* Rule that speaks */
  action::TEXT AS action,  /* warned, or merged into a survivor */
  source_table::TEXT AS source_table,  /* Contract of the source row */
  file_sha256::TEXT AS file_sha256,  /* File of the source row */
  row_no::BIGINT AS row_no,  /* Record number in the file, 1-based */
  column_name::TEXT AS column_name,  /* Column that shows it, in house names */
  before::TEXT AS before,  /* Value that was found */
  after::TEXT AS after,  /* Nothing is changed here; NULL */
  message::TEXT AS message  /* The rule in words, Chinese and English */
FROM found
