MODEL (
  name core.finding_master,
  kind FULL,
  owner data_platform,
  description 'Findings about master data: serials on two products, parties that may be one, codes of agents.',
  tags (core),
  audits (not_null(columns := (rule_id, source_table, file_sha256, row_no)))
);

WITH shared_serial AS (
  SELECT serial_no
  FROM core.serial
  GROUP BY serial_no
  HAVING COUNT(DISTINCT product_id) > 1 OR COUNT(DISTINCT di) > 1
), supplier_key AS (
  SELECT *, @name_key(supplier_name) AS name_key
  FROM core.supplier
), customer_key AS (
  SELECT *, @name_key(customer_name) AS name_key
  FROM core.customer
), twin_supplier AS (
  SELECT name_key FROM supplier_key GROUP BY name_key HAVING COUNT(*) > 1
), twin_customer AS (
  SELECT name_key FROM customer_key GROUP BY name_key HAVING COUNT(*) > 1
), found AS (
  SELECT
    'DQ-SER-001' AS rule_id, 'warned' AS action, serial._source_table AS source_table, serial._file_sha256 AS file_sha256,
    serial._row AS row_no, 'serial_no' AS column_name, serial.serial_no AS before, NULL::TEXT AS after,
    '同一序列号用于多个产品 | one serial number on several products' AS message
  FROM core.serial AS serial
  INNER JOIN shared_serial
    ON shared_serial.serial_no = serial.serial_no
  UNION ALL
  SELECT
    'DQ-SUP-002' AS rule_id, 'warned' AS action, supplier._source_table AS source_table, supplier._file_sha256 AS file_sha256,
    supplier._row AS row_no, 'supplier_name' AS column_name, supplier.supplier_name AS before, NULL::TEXT AS after,
    '疑似重复供应商，待人工确认 | may be the same supplier, for a person to decide' AS message
  FROM supplier_key AS supplier
  INNER JOIN twin_supplier
    ON twin_supplier.name_key = supplier.name_key
  UNION ALL
  SELECT
    'DQ-SUP-003' AS rule_id, 'warned' AS action, _source_table AS source_table, _file_sha256 AS file_sha256,
    _row AS row_no, 'uscc' AS column_name, uscc AS before, NULL::TEXT AS after,
    '境外供应商带有境内信用代码，视为代理人的，不用于识别 | a foreign supplier with a Chinese credit code: taken for its agent''s, not used to identify it' AS message
  FROM core.supplier_crosswalk
  WHERE uscc_role_code = 'agent'
  UNION ALL
  SELECT
    'DQ-CUS-002' AS rule_id, 'warned' AS action, customer._source_table AS source_table, customer._file_sha256 AS file_sha256,
    customer._row AS row_no, 'customer_name' AS column_name, customer.customer_name AS before, NULL::TEXT AS after,
    '疑似重复客户，待人工确认 | may be the same customer, for a person to decide' AS message
  FROM customer_key AS customer
  INNER JOIN twin_customer
    ON twin_customer.name_key = customer.name_key
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
