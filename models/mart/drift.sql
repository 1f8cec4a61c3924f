MODEL (
  name mart.drift,
  kind FULL,
  owner data_platform,
  grain (load_id, kind_code, column_name, found_name),
  description 'Schema drift (结构漂移): columns of files that are not as their contract says, seen in names and types at landing, or retyped: most of a file''s values of a column no longer type as they did before.',
  tags (mart),
  audits (
    not_null(columns := (load_id, source_table, kind_code, decision_code)),
    unique_combination_of_columns(columns := (load_id, kind_code, column_name, found_name))
  )
);

WITH broken_column AS (
  /* Missing values and test records say nothing about a column's type. */
  SELECT
    source_table, file_sha256, column_name,
    COUNT(DISTINCT row_no) AS broken_count,
    COUNT(DISTINCT row_no) FILTER (WHERE rule_id LIKE 'DQ-TYP-%') AS untyped_count
  FROM stg.finding
  WHERE action = 'quarantined' AND NOT rule_id LIKE 'DQ-REQ-%' AND NOT rule_id LIKE 'DQ-TST-%'
  GROUP BY source_table, file_sha256, column_name
), measured AS (
  SELECT
    load.load_id, load.source_table, load.contract_version, load.file_sha256, load.file_name, load.loaded_at,
    counted.column_name, counted.retyped_decision,
    COALESCE(broken.broken_count, 0) AS broken_count,
    counted.value_count + COALESCE(broken.untyped_count, 0) AS delivered_count
  FROM stg.medlake__value_count AS counted
  INNER JOIN stg.medlake__load AS load
    ON load.source_table = counted.source_table AND load.file_sha256 = counted.file_sha256 AND load.status = 'loaded'
  LEFT JOIN broken_column AS broken
    ON broken.source_table = counted.source_table AND broken.file_sha256 = counted.file_sha256
    AND broken.column_name = counted.column_name
), retyped AS (
  /* Half of the values and at least five: a handful of bad cells in a small file is dirt, not another type. */
  SELECT *, broken_count >= 5 AND 2 * broken_count >= delivered_count AS is_retyped
  FROM measured
), history AS (
  SELECT
    *,
    SUM(CASE WHEN is_retyped THEN 0 ELSE broken_count END) OVER earlier AS usual_broken,
    SUM(CASE WHEN is_retyped THEN 0 ELSE delivered_count END) OVER earlier AS usual_delivered
  FROM retyped
  WINDOW earlier AS (
    PARTITION BY source_table, column_name ORDER BY file_name, load_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
  )
), event AS (
  SELECT
    load_id, source_table, contract_version, file_sha256, file_name, kind AS kind_code, column_name, found_name,
    decision AS decision_code, record_count, NULL AS usual_pct, message, detected_at
  FROM stg.medlake__drift
  UNION ALL
  SELECT
    load_id, source_table, contract_version, file_sha256, file_name, 'retyped', column_name, '', retyped_decision, broken_count,
    CASE WHEN usual_delivered > 0 THEN 100 * usual_broken / usual_delivered END,
    '多数值不再符合契约的类型 ' || column_name || ' | most values no longer type as the contract says ' || column_name, loaded_at
  FROM history
  WHERE is_retyped
)
SELECT
  load_id::TEXT AS load_id,  /* Load that met the column */
  source_table::TEXT AS source_table,  /* Contract id */
  contract_version::TEXT AS contract_version,  /* Contract version the file was read with */
  file_name::TEXT AS file_name,  /* Path below its landing root */
  file_sha256::TEXT AS file_sha256,  /* SHA-256 of the original file */
  kind_code::TEXT AS kind_code,  /* new, missing, renamed, case, duplicate, reordered or retyped */
  column_name::TEXT AS column_name,  /* Column in the contract, empty for a new one; retyped by its values: in house names */
  found_name::TEXT AS found_name,  /* Name in the file; type of a column retyped in its file's schema */
  decision_code::TEXT AS decision_code,  /* refuse, quarantine, accept-new-column, or accept when nothing is to be decided */
  record_count::BIGINT AS record_count,  /* Records that show it */
  usual_pct::DECIMAL(9, 3) AS usual_pct,  /* Of a retyped column: share of values that failed in earlier files, percent */
  message::TEXT AS message,  /* In words, Chinese and English */
  detected_at::TIMESTAMPTZ AS detected_at  /* When the load was made, UTC */
FROM event
