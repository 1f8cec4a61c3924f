MODEL (
  name mart.consistency_mes,
  kind EMBEDDED,
  owner data_platform,
  grain (topic_code, field_code, key_text),
  description 'What the MES says of orders and their components, and which lots and orders it knows of those in the quality system.',
  tags (mart, consistency)
);

WITH last_run AS (
  SELECT event.*, @plant_date(event.ended_at, event.site_code) AS day
  FROM core.operation_event AS event
  WHERE NOT event.order_id IS NULL
  QUALIFY event.operation_code = MAX(event.operation_code) OVER (PARTITION BY event.order_id)
), reported AS (
  SELECT
    order_id AS key_text, site_code, STRING_AGG(DISTINCT product_code, '; ' ORDER BY product_code) AS product,
    STRING_AGG(DISTINCT lot_id, '; ' ORDER BY lot_id) AS lot, SUM(good_qty) AS qty, MAX(day) AS day,
    CASE WHEN BOOL_AND(NOT ended_at IS NULL) THEN 'finished' ELSE 'open' END AS status, ARG_MAX(_source_table, (day, _source_table, _file_sha256, _row)) AS _source_table,
    ARG_MAX(_file_sha256, (day, _source_table, _file_sha256, _row)) AS _file_sha256, ARG_MAX(_row, (day, _source_table, _file_sha256, _row)) AS _row
  FROM last_run
  GROUP BY order_id, site_code
), component AS (
  SELECT
    order_id || '|' || product_code AS key_text, site_code, STRING_AGG(DISTINCT lot_id, '; ' ORDER BY lot_id) AS lot,
    SUM(qty) AS qty, ARG_MAX(_source_table, (used_at, _source_table, _file_sha256, _row)) AS _source_table,
    ARG_MAX(_file_sha256, (used_at, _source_table, _file_sha256, _row)) AS _file_sha256, ARG_MAX(_row, (used_at, _source_table, _file_sha256, _row)) AS _row
  FROM core.material_use
  WHERE NOT order_id IS NULL
  GROUP BY order_id, product_code, site_code
), made AS (
  SELECT lot_id, MIN(product_code) AS product, ARG_MAX(_source_table, (ended_at, _source_table, _file_sha256, _row)) AS _source_table,
    ARG_MAX(_file_sha256, (ended_at, _source_table, _file_sha256, _row)) AS _file_sha256, ARG_MAX(_row, (ended_at, _source_table, _file_sha256, _row)) AS _row
  FROM core.operation_event
  WHERE NOT lot_id IS NULL
  GROUP BY lot_id
), made_lot AS (
  SELECT ncr.ncr_no AS key_text, ncr.site_code, made.lot_id AS lot, made.product, made._source_table, made._file_sha256, made._row
  FROM core.ncr AS ncr
  INNER JOIN made ON made.lot_id = ncr.lot_id
), deviated AS (
  SELECT deviation.deviation_no AS key_text, deviation.site_code, reported.key_text AS placed, reported._source_table, reported._file_sha256, reported._row
  FROM core.deviation AS deviation
  INNER JOIN reported ON reported.key_text = deviation.order_id
), said AS (
  SELECT 'order' AS topic_code, 'product' AS field_code, key_text, site_code, product AS value_text, _source_table, _file_sha256, _row FROM reported
  UNION ALL SELECT 'order' AS topic_code, 'lot' AS field_code, key_text, site_code, lot AS value_text, _source_table, _file_sha256, _row FROM reported
  UNION ALL SELECT 'order' AS topic_code, 'quantity' AS field_code, key_text, site_code, qty::DECIMAL(18, 3)::TEXT AS value_text, _source_table, _file_sha256, _row FROM reported
  UNION ALL SELECT 'order' AS topic_code, 'finished_date' AS field_code, key_text, site_code, day::TEXT AS value_text, _source_table, _file_sha256, _row FROM reported
  UNION ALL SELECT 'order' AS topic_code, 'status' AS field_code, key_text, site_code, status AS value_text, _source_table, _file_sha256, _row FROM reported
  UNION ALL SELECT 'component' AS topic_code, 'lot' AS field_code, key_text, site_code, lot AS value_text, _source_table, _file_sha256, _row FROM component
  UNION ALL SELECT 'component' AS topic_code, 'quantity' AS field_code, key_text, site_code, qty::DECIMAL(18, 3)::TEXT AS value_text, _source_table, _file_sha256, _row FROM component
  UNION ALL SELECT 'made_lot' AS topic_code, 'lot' AS field_code, key_text, site_code, lot AS value_text, _source_table, _file_sha256, _row FROM made_lot
  UNION ALL SELECT 'made_lot' AS topic_code, 'product' AS field_code, key_text, site_code, product AS value_text, _source_table, _file_sha256, _row FROM made_lot
  UNION ALL SELECT 'deviation' AS topic_code, 'order' AS field_code, key_text, site_code, placed AS value_text, _source_table, _file_sha256, _row FROM deviated
)
SELECT
  topic_code::TEXT AS topic_code,  /* What is spoken of: order, component, nonconformity, complaint, made_lot or deviation */
  field_code::TEXT AS field_code,  /* What is said about it: product, lot, quantity, ... */
  key_text::TEXT AS key_text,  /* Key under which the systems meet */
  site_code::TEXT AS site_code,  /* Plant: A, B, C; G for public registers */
  value_text::TEXT AS value_text,  /* What the system says */
  _source_table::TEXT AS _source_table,  /* Contract of the latest record that says so */
  _file_sha256::TEXT AS _file_sha256,  /* File of that record */
  _row::BIGINT AS _row  /* Record number in the file */
FROM said
