-- What a release itself tells of its quality, beside the gates: records kept out, periods that came, systems that agree.
WITH delivered AS (
  SELECT name AS source_table, rows_in
  FROM mart.conservation
  WHERE stage_code = 'landing' AND name <> 'no contract'
), dimension AS (
  SELECT UNNEST(['completeness', 'validity']) AS dimension
), kept_out AS (
  -- A record that breaks three rules of a dimension is one record.
  SELECT source_table, dimension, SUM(record_count) AS failed_rows
  FROM (
    SELECT DISTINCT
      source_table, file_sha256, row_no, record_count,
      CASE WHEN rule_id LIKE 'DQ-REQ-%' OR rule_id LIKE 'DQ-FIL-%' THEN 'completeness' ELSE 'validity' END AS dimension
    FROM mart.quarantine
    WHERE state_code <> 'accepted'
  )
  GROUP BY ALL
), checked AS (
  SELECT
    'landing' AS stage, 'DQ-REC' AS rule_id, delivered.source_table AS table_name, dimension.dimension,
    delivered.rows_in AS checked_rows, COALESCE(kept_out.failed_rows, 0) AS failed_rows,
    '交付的记录未被拦下' AS description_zh, 'records delivered that no rule kept out' AS description_en
  FROM delivered
  CROSS JOIN dimension
  LEFT JOIN kept_out ON kept_out.source_table = delivered.source_table AND kept_out.dimension = dimension.dimension
  UNION ALL
  SELECT
    'landing', 'DQ-ARR-001', source_table, 'completeness', COUNT(*), COUNT(*) FILTER (WHERE state_code IN ('missing', 'refused')),
    '承诺的周期已到货', 'promised periods that came'
  FROM mart.arrival
  WHERE is_expected AND state_code NOT IN ('pending', 'quiet')
  GROUP BY source_table
  UNION ALL
  -- Files that lay there when the lake began tell nothing of delays.
  SELECT
    'landing', 'DQ-ARR-002', source_table, 'timeliness', COUNT(*), COUNT(*) FILTER (WHERE state_code = 'late'),
    '到货准时', 'periods that came in time'
  FROM mart.arrival
  WHERE state_code IN ('on_time', 'late')
  GROUP BY source_table
  UNION ALL
  SELECT
    'mart', 'DQ-CSY-001', 'mart.consistency', 'consistency', SUM(compared_count), SUM(compared_count - equal_count),
    '各系统说法一致', 'statements on which the systems agree'
  FROM mart.consistency
  HAVING COUNT(*) > 0
)
SELECT
  stage, rule_id, table_name, '' AS column_name, dimension, 'warn' AS severity, failed_rows = 0 AS is_passed,
  checked_rows::BIGINT AS checked_rows, failed_rows::BIGINT AS failed_rows, '' AS sample_keys, description_zh, description_en
FROM checked
ORDER BY ALL
