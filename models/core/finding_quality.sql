MODEL (
  name core.finding_quality,
  kind FULL,
  owner data_platform,
  description 'Findings about decisions and quality records: released or closed in an impossible order.',
  tags (core),
  audits (not_null(columns := (rule_id, source_table, file_sha256, row_no)))
);

WITH last_result AS (
  SELECT site_code, inspection_no, MAX(measured_at) AS measured_at
  FROM core.inspection_result
  GROUP BY site_code, inspection_no
), quality_record AS (
  SELECT opened_at::TEXT AS opened, closed_at::TEXT AS closed, _source_table, _file_sha256, _row
  FROM core.ncr WHERE closed_at < opened_at
  UNION ALL
  SELECT opened_at::TEXT AS opened, closed_at::TEXT AS closed, _source_table, _file_sha256, _row
  FROM core.deviation WHERE closed_at < opened_at
  UNION ALL
  SELECT opened_date::TEXT AS opened, closed_date::TEXT AS closed, _source_table, _file_sha256, _row
  FROM core.capa WHERE closed_date < opened_date
  UNION ALL
  SELECT received_date::TEXT AS opened, closed_date::TEXT AS closed, _source_table, _file_sha256, _row
  FROM core.complaint WHERE closed_date < received_date
), found AS (
  SELECT
    'DQ-REL-001' AS rule_id, 'warned' AS action, inspection._source_table AS source_table, inspection._file_sha256 AS file_sha256,
    inspection._row AS row_no, 'decided_at' AS column_name, inspection.decided_at::TEXT AS before, NULL::TEXT AS after,
    '放行早于检验结束 | decided before the inspection ended' AS message
  FROM core.inspection AS inspection
  LEFT JOIN last_result
    ON last_result.site_code = inspection.site_code AND last_result.inspection_no = inspection.inspection_no
  WHERE @plant_date(inspection.decided_at, inspection.site_code) < inspection.created_date
    OR inspection.decided_at < last_result.measured_at
  UNION ALL
  SELECT
    'DQ-QMS-001' AS rule_id, 'warned' AS action, record._source_table AS source_table, record._file_sha256 AS file_sha256,
    record._row AS row_no, 'closed' AS column_name, record.closed || ' < ' || record.opened AS before, NULL::TEXT AS after,
    '关闭早于开启 | closed before it was opened' AS message
  FROM quality_record AS record
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
