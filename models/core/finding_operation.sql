MODEL (
  name core.finding_operation,
  kind FULL,
  owner data_platform,
  description 'Findings about operations: faster than planned, which means that the planned time is wrong.',
  tags (core),
  audits (not_null(columns := (rule_id, source_table, file_sha256, row_no)))
);

WITH found AS (
  SELECT
    'DQ-OEE-001' AS rule_id, 'warned' AS action, event._source_table AS source_table, event._file_sha256 AS file_sha256,
    event._row AS row_no, 'planned_unit_time_s' AS column_name, event.planned_unit_time_s::TEXT AS before, NULL::TEXT AS after,
    '绩效大于1，计划工时有误 | effectiveness above 1, the planned time is wrong' AS message
  FROM core.operation_event AS event
  WHERE event.planned_unit_time_s * (event.good_qty + event.scrap_qty + event.rework_qty)
    > DATE_DIFF('second', event.started_at, event.ended_at)
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
