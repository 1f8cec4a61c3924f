MODEL (
  name core.finding_movement,
  kind FULL,
  owner data_platform,
  description 'Findings about goods movements: reversals, blank lots, impossible dates, missing factors, backflush.',
  tags (core),
  audits (not_null(columns := (rule_id, source_table, file_sha256, row_no)))
);

WITH netted AS (
  SELECT
    *,
    SUM(base_qty) OVER (
      PARTITION BY site_code, COALESCE(order_id, delivery_no, purchase_order_no), product_code, lot_no,
        movement_class_code
    ) AS net_qty
  FROM core.movement
  WHERE NOT COALESCE(order_id, delivery_no, purchase_order_no) IS NULL
), found AS (
  SELECT
    'DQ-MOV-001' AS rule_id, 'warned' AS action, movement._source_table AS source_table, movement._file_sha256 AS file_sha256,
    movement._row AS row_no, 'qty' AS column_name, movement.net_qty::TEXT AS before, NULL::TEXT AS after,
    '冲销数量超过原数量 | more taken back than was posted' AS message
  FROM netted AS movement
  WHERE movement.is_reversal AND (
    (movement.movement_class_code IN ('receipt', 'production', 'byproduct', 'rework_out') AND movement.net_qty < 0)
    OR (movement.movement_class_code IN ('consumption', 'rework_in', 'shipment', 'scrap') AND movement.net_qty > 0)
  )
  UNION ALL
  SELECT
    'DQ-MOV-002' AS rule_id, 'warned' AS action, movement._source_table AS source_table, movement._file_sha256 AS file_sha256,
    movement._row AS row_no, 'lot_no' AS column_name, movement.product_code AS before, NULL::TEXT AS after,
    '批次管理物料缺批号 | batch-managed item without a lot' AS message
  FROM core.movement AS movement
  INNER JOIN core.product AS product
    ON product.product_id = movement.product_id
  WHERE product.is_batch_managed AND movement.lot_id IS NULL
  UNION ALL
  SELECT
    'DQ-MOV-003' AS rule_id, 'warned' AS action, movement._source_table AS source_table, movement._file_sha256 AS file_sha256,
    movement._row AS row_no, 'posting_date' AS column_name, movement.posting_date::TEXT || ' > ' || @plant_date(movement.entered_at, movement.site_code)::TEXT AS before, NULL::TEXT AS after,
    '过账日期晚于录入日期 | posted for a day after its entry' AS message
  FROM core.movement AS movement
  WHERE movement.posting_date > @plant_date(movement.entered_at, movement.site_code)
  UNION ALL
  SELECT
    'DQ-MOV-003' AS rule_id, 'warned' AS action, movement._source_table AS source_table, movement._file_sha256 AS file_sha256,
    movement._row AS row_no, 'posting_date' AS column_name, movement.posting_date::TEXT || ' < ' || lot.manufactured_date::TEXT AS before, NULL::TEXT AS after,
    '入库早于生产 | received before it was made' AS message
  FROM core.movement AS movement
  INNER JOIN core.lot AS lot
    ON lot.lot_id = movement.lot_id
  WHERE movement.movement_class_code = 'receipt' AND movement.posting_date < lot.manufactured_date
  UNION ALL
  SELECT
    'DQ-UOM-001' AS rule_id, 'warned' AS action, movement._source_table AS source_table, movement._file_sha256 AS file_sha256,
    movement._row AS row_no, 'uom_code' AS column_name, movement.uom_code AS before, NULL::TEXT AS after,
    '单位没有换算系数 | unit without a conversion factor' AS message
  FROM core.movement AS movement
  WHERE movement.base_qty IS NULL AND NOT movement.qty IS NULL
  UNION ALL
  SELECT
    'DQ-GEN-002' AS rule_id, 'warned' AS action, movement._source_table AS source_table, movement._file_sha256 AS file_sha256,
    movement._row AS row_no, 'lot_no' AS column_name, movement.lot_id AS before, NULL::TEXT AS after,
    '倒冲消耗，批次为系统推定 | backflushed, the lot is the system''s guess' AS message
  FROM core.movement AS movement
  WHERE movement.is_backflush AND movement.movement_class_code IN ('consumption', 'rework_in')
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
