MODEL (
  name mart.consistency_qms,
  kind EMBEDDED,
  owner data_platform,
  grain (topic_code, field_code, key_text),
  description 'What the quality system says of nonconforming lots, complaints and deviations.',
  tags (mart, consistency)
);

WITH nonconformity AS (
  SELECT
    ncr.lot_id AS key_text, ncr.site_code, MIN(ncr.product_code) AS product, SUM(ncr.qty) AS qty,
    MIN(@plant_date(ncr.opened_at, ncr.site_code)) AS day, ARG_MAX(_source_table, (opened_at, _source_table, _file_sha256, _row)) AS _source_table,
    ARG_MAX(_file_sha256, (opened_at, _source_table, _file_sha256, _row)) AS _file_sha256, ARG_MAX(_row, (opened_at, _source_table, _file_sha256, _row)) AS _row
  FROM core.ncr AS ncr
  WHERE NOT ncr.lot_id IS NULL
  GROUP BY ncr.lot_id, ncr.site_code
), complained AS (
  SELECT
    complaint_no AS key_text, site_code, product_code AS product, @norm_lot(REGEXP_EXTRACT(udi_text, '[(]10[)]([^()]+)', 1)) AS lot,
    TRY_STRPTIME(NULLIF(REGEXP_EXTRACT(udi_text, '[(]17[)]([0-9]{6})', 1), ''), '%y%m%d')::DATE AS day, _source_table, _file_sha256, _row
  FROM core.complaint
  WHERE NOT udi_text IS NULL
), made_lot AS (
  SELECT ncr.ncr_no AS key_text, ncr.site_code, ncr.lot_id AS lot, ncr.product_code AS product, ncr._source_table, ncr._file_sha256, ncr._row
  FROM core.ncr AS ncr
  LEFT JOIN core.lot AS lot ON lot.lot_id = ncr.lot_id
  WHERE COALESCE(lot.lot_kind_code, 'unknown') = 'produced'
), deviated AS (
  SELECT deviation_no AS key_text, site_code, order_id AS placed, _source_table, _file_sha256, _row
  FROM core.deviation
  WHERE NOT order_id IS NULL
), said AS (
  SELECT 'nonconformity' AS topic_code, 'product' AS field_code, key_text, site_code, product AS value_text, _source_table, _file_sha256, _row FROM nonconformity
  UNION ALL SELECT 'nonconformity' AS topic_code, 'quantity' AS field_code, key_text, site_code, qty::DECIMAL(18, 3)::TEXT AS value_text, _source_table, _file_sha256, _row FROM nonconformity
  UNION ALL SELECT 'nonconformity' AS topic_code, 'decided_date' AS field_code, key_text, site_code, day::TEXT AS value_text, _source_table, _file_sha256, _row FROM nonconformity
  UNION ALL SELECT 'complaint' AS topic_code, 'product' AS field_code, key_text, site_code, product AS value_text, _source_table, _file_sha256, _row FROM complained
  UNION ALL SELECT 'complaint' AS topic_code, 'lot' AS field_code, key_text, site_code, lot AS value_text, _source_table, _file_sha256, _row FROM complained
  UNION ALL SELECT 'complaint' AS topic_code, 'expiry_date' AS field_code, key_text, site_code, day::TEXT AS value_text, _source_table, _file_sha256, _row FROM complained
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
