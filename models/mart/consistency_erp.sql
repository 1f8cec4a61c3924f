MODEL (
  name mart.consistency_erp,
  kind EMBEDDED,
  owner data_platform,
  grain (topic_code, field_code, key_text),
  description 'What the ERP says of orders, their components, rejected lots and the goods complained of. Items kept in lots.',
  tags (mart, consistency)
);

WITH made AS (
  SELECT
    order_id AS key_text, site_code, STRING_AGG(DISTINCT product_code, '; ' ORDER BY product_code) AS product,
    STRING_AGG(DISTINCT lot_id, '; ' ORDER BY lot_id) AS lot, SUM(base_qty) AS qty, MAX(posting_date) AS day,
    ARG_MAX(_source_table, (posting_date, _source_table, _file_sha256, _row)) AS _source_table,
    ARG_MAX(_file_sha256, (posting_date, _source_table, _file_sha256, _row)) AS _file_sha256, ARG_MAX(_row, (posting_date, _source_table, _file_sha256, _row)) AS _row
  FROM core.movement
  WHERE movement_class_code IN ('production', 'rework_out') AND NOT order_id IS NULL AND NOT is_net_zero
  GROUP BY order_id, site_code
), placed AS (
  SELECT made.*, CASE WHEN ordered.status_code = 'closed' THEN 'finished' ELSE 'open' END AS status
  FROM made
  LEFT JOIN core.production_order AS ordered ON ordered.order_id = made.key_text
), consumed AS (
  SELECT posted.*
  FROM core.movement AS posted
  INNER JOIN core.product AS item ON item.product_id = posted.product_id AND item.is_batch_managed
  WHERE posted.movement_class_code IN ('consumption', 'rework_in') AND NOT posted.order_id IS NULL AND NOT posted.is_net_zero
), component AS (
  SELECT
    order_id || '|' || product_code AS key_text, site_code, STRING_AGG(DISTINCT lot_id, '; ' ORDER BY lot_id) AS lot,
    -SUM(base_qty) AS qty, ARG_MAX(_source_table, (posting_date, _source_table, _file_sha256, _row)) AS _source_table,
    ARG_MAX(_file_sha256, (posting_date, _source_table, _file_sha256, _row)) AS _file_sha256, ARG_MAX(_row, (posting_date, _source_table, _file_sha256, _row)) AS _row
  FROM consumed
  GROUP BY order_id, product_code, site_code
), rejected AS (
  SELECT
    inspection.lot_id AS key_text, inspection.site_code, MIN(inspection.product_code) AS product, SUM(inspection.rejected_qty) AS qty,
    MIN(@plant_date(inspection.decided_at, inspection.site_code)) AS day, ARG_MAX(_source_table, (decided_at, _source_table, _file_sha256, _row)) AS _source_table,
    ARG_MAX(_file_sha256, (decided_at, _source_table, _file_sha256, _row)) AS _file_sha256, ARG_MAX(_row, (decided_at, _source_table, _file_sha256, _row)) AS _row
  FROM core.inspection AS inspection
  WHERE inspection.decision_code = 'rejected' AND NOT inspection.lot_id IS NULL
  GROUP BY inspection.lot_id, inspection.site_code
), complained AS (
  SELECT
    complaint.complaint_no AS key_text, complaint.site_code, register.product_code AS product, lot.lot_no AS lot, lot.expiry_date AS day,
    lot._source_table, lot._file_sha256, lot._row
  FROM core.complaint AS complaint
  INNER JOIN core.udi_di AS register ON register.di = REGEXP_EXTRACT(complaint.udi_text, '[(]01[)]([0-9]{14})', 1)
  LEFT JOIN core.lot AS lot ON lot.lot_id = complaint.lot_id
), said AS (
  SELECT 'order' AS topic_code, 'product' AS field_code, key_text, site_code, product AS value_text, _source_table, _file_sha256, _row FROM placed
  UNION ALL SELECT 'order' AS topic_code, 'lot' AS field_code, key_text, site_code, lot AS value_text, _source_table, _file_sha256, _row FROM placed
  UNION ALL SELECT 'order' AS topic_code, 'quantity' AS field_code, key_text, site_code, qty::DECIMAL(18, 3)::TEXT AS value_text, _source_table, _file_sha256, _row FROM placed
  UNION ALL SELECT 'order' AS topic_code, 'finished_date' AS field_code, key_text, site_code, day::TEXT AS value_text, _source_table, _file_sha256, _row FROM placed
  UNION ALL SELECT 'order' AS topic_code, 'status' AS field_code, key_text, site_code, status AS value_text, _source_table, _file_sha256, _row FROM placed
  UNION ALL SELECT 'component' AS topic_code, 'lot' AS field_code, key_text, site_code, lot AS value_text, _source_table, _file_sha256, _row FROM component
  UNION ALL SELECT 'component' AS topic_code, 'quantity' AS field_code, key_text, site_code, qty::DECIMAL(18, 3)::TEXT AS value_text, _source_table, _file_sha256, _row FROM component
  UNION ALL SELECT 'nonconformity' AS topic_code, 'product' AS field_code, key_text, site_code, product AS value_text, _source_table, _file_sha256, _row FROM rejected
  UNION ALL SELECT 'nonconformity' AS topic_code, 'quantity' AS field_code, key_text, site_code, qty::DECIMAL(18, 3)::TEXT AS value_text, _source_table, _file_sha256, _row FROM rejected
  UNION ALL SELECT 'nonconformity' AS topic_code, 'decided_date' AS field_code, key_text, site_code, day::TEXT AS value_text, _source_table, _file_sha256, _row FROM rejected
  UNION ALL SELECT 'complaint' AS topic_code, 'product' AS field_code, key_text, site_code, product AS value_text, _source_table, _file_sha256, _row FROM complained
  UNION ALL SELECT 'complaint' AS topic_code, 'lot' AS field_code, key_text, site_code, lot AS value_text, _source_table, _file_sha256, _row FROM complained
  UNION ALL SELECT 'complaint' AS topic_code, 'expiry_date' AS field_code, key_text, site_code, day::TEXT AS value_text, _source_table, _file_sha256, _row FROM complained
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
