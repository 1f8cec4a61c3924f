MODEL (
  name core.finding_lot_spelling,
  kind FULL,
  owner data_platform,
  description 'Findings about how a lot is written: joined by taking something off, answered by several lots, or by none.',
  tags (core),
  audits (not_null(columns := (rule_id, source_table, file_sha256, row_no)))
);

WITH judged AS (
  SELECT
    mention._source_table, mention._file_sha256, mention._row, mention.column_name, known.lot_text, known.lot_no,
    known.lot_id, known.status_code, known.match_rule_code, known.sterilisation_lot_no, known.candidate_lot_ids
  FROM core.lot_mention AS mention
  INNER JOIN core.lot_crosswalk AS known
    ON known.source_system = mention.source_system AND known.site_code = mention.site_code
    AND known.product_code IS NOT DISTINCT FROM mention.product_code AND known.lot_text = mention.lot_text
), found AS (
  SELECT
    'RP-LOT-001' AS rule_id, 'repaired' AS action, _source_table, _file_sha256, _row, column_name, lot_text AS before,
    lot_no AS after, '灭菌批从生产批中分离 | sterilisation lot separated from the production lot' AS message
  FROM judged
  WHERE status_code = 'joined' AND NOT sterilisation_lot_no IS NULL
  UNION ALL
  SELECT
    'RP-LOT-002', 'repaired', _source_table, _file_sha256, _row, column_name, lot_text, lot_no,
    '去掉批号前后的附加字符，按同一产品的批识别 | what stands around the number taken off; a lot of the same product answers to it'
  FROM judged
  WHERE match_rule_code IN ('prefix', 'suffix')
  UNION ALL
  SELECT
    'RP-LOT-003', 'repaired', _source_table, _file_sha256, _row, column_name, lot_text, lot_id,
    '未注明产品，按该工厂唯一的同号批识别 | no product named; the only lot of the plant with this number'
  FROM judged
  WHERE match_rule_code = 'plant'
  UNION ALL
  SELECT
    'DQ-LOT-003', 'warned', _source_table, _file_sha256, _row, column_name, lot_text, NULL,
    '批号没有对应的批；相近的：' || COALESCE(candidate_lot_ids, '无') || ' | no lot answers to this number; near: ' || COALESCE(candidate_lot_ids, 'none')
  FROM judged
  WHERE status_code = 'unresolved'
  UNION ALL
  SELECT
    'DQ-LOT-004', 'warned', _source_table, _file_sha256, _row, column_name, lot_text, NULL,
    '有多个批符合，未作判断：' || candidate_lot_ids || ' | several lots answer, none was chosen: ' || candidate_lot_ids
  FROM judged
  WHERE status_code = 'ambiguous'
)
SELECT
  rule_id::TEXT AS rule_id,  /* Rule that speaks */
  action::TEXT AS action,  /* warned, or repaired: joined to a lot by this rule */
  _source_table::TEXT AS source_table,  /* Contract of the source row */
  _file_sha256::TEXT AS file_sha256,  /* File of the source row */
  _row::BIGINT AS row_no,  /* Record number in the file, 1-based */
  column_name::TEXT AS column_name,  /* Column that shows it, in house names */
  before::TEXT AS before,  /* Value that was found */
  after::TEXT AS after,  /* Lot it was joined to; NULL when only warned */
  message::TEXT AS message  /* The rule in words, Chinese and English */
FROM found
