MODEL (
  name core.finding_master,
  kind FULL,
  owner data_platform,
  description 'Findings about master data: serials on two products.',
  tags (core),
  audits (not_null(columns := (rule_id, source_table, file_sha256, row_no)))
);

WITH shared_serial AS (
  SELECT serial_no
  FROM core.serial
  GROUP BY serial_no
  HAVING COUNT(DISTINCT product_id) > 1 OR COUNT(DISTINCT di) > 1
), found AS (
  SELECT
    'DQ-SER-001' AS rule_id, 'warned' AS action, serial._source_table AS source_table, serial._file_sha256 AS file_sha256,
    serial._row AS row_no, 'serial_no' AS column_name, serial.serial_no AS before, NULL::TEXT AS after,
    '同一序列号用于多个产品 | one serial number on several products' AS message
  FROM core.serial AS serial
  INNER JOIN shared_serial
    ON shared_serial.serial_no = serial.serial_no
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
