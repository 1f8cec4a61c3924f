MODEL (
  name mart.quarantine,
  kind FULL,
  owner data_platform,
  grain (layer_code, source_table, file_sha256, row_no, rule_id, column_name),
  description 'Quarantine as people work it (隔离区): every record a rule kept out, open or decided, with person and reason; the corrected record stands beside the one that came.',
  tags (mart),
  audits (
    not_null(columns := (layer_code, source_table, file_sha256, row_no, rule_id, column_name, state_code)),
    unique_combination_of_columns(columns := (layer_code, source_table, file_sha256, row_no, rule_id, column_name))
  )
);

WITH file AS (
  SELECT source_table, file_sha256, MAX(file_name) AS file_name, MIN(loaded_at) AS loaded_at
  FROM stg.medlake__load
  GROUP BY source_table, file_sha256
), clock AS (
  SELECT MAX(as_of_date) AS today
  FROM mart.as_of
), effect AS (
  SELECT source_table, rule_id, CASE state_code WHEN 'beyond' THEN 'block' ELSE 'warn' END AS severity_code
  FROM mart.quarantine_tolerance
)
SELECT
  kept.layer_code::TEXT AS layer_code,  /* file: refused as a whole; landing: could not be read; stg: could not be typed */
  kept.source_table::TEXT AS source_table,  /* Contract id; empty for files no contract names */
  file.file_name::TEXT AS file_name,  /* Landing file, path below its root */
  kept.file_sha256::TEXT AS file_sha256,  /* SHA-256 of the original file */
  kept.row_no::BIGINT AS row_no,  /* Record number in the file, 1-based; 0 for the file as a whole */
  kept.rule_id::TEXT AS rule_id,  /* Rule broken */
  kept.column_name::TEXT AS column_name,  /* Column in house names; empty for the record as a whole */
  kept.state_code::TEXT AS state_code,  /* open, fixed, accepted or rejected */
  CASE WHEN kept.state_code = 'open' THEN COALESCE(own.severity_code, rest.severity_code, 'warn') END::TEXT AS severity_code,  /* What it does to the release while open: block or warn */
  kept.before::TEXT AS before,  /* Text as it came */
  decision.after::TEXT AS after,  /* Corrected fields as JSON by source name, when fixed */
  kept.message::TEXT AS message,  /* Why it was kept out, Chinese and English */
  kept.record_count::BIGINT AS record_count,  /* Records it stands for: 1, or all of a refused file */
  kept.decision_id::TEXT AS decision_id,  /* Decision that holds; NULL while open */
  kept.person::TEXT AS person_name,  /* Who decided */
  kept.reason::TEXT AS reason,  /* Why it was decided so */
  kept.decided_at::TIMESTAMPTZ AS decided_at,  /* When it was decided, UTC */
  SPLIT_PART(kept.pointer, ':', 1)::TEXT AS correction_sha256,  /* File of the corrected record, when fixed */
  SPLIT_PART(kept.pointer, ':', 2)::BIGINT AS correction_row_no,  /* Record number in that file, 1-based */
  file.loaded_at::TIMESTAMPTZ AS loaded_at,  /* When the file was taken, UTC */
  CASE
    WHEN clock.today >= file.loaded_at::DATE THEN clock.today - file.loaded_at::DATE
    WHEN clock.today < file.loaded_at::DATE THEN 0
  END::BIGINT AS age_days,  /* Days from loading to mart.as_of; 0 when the data speaks of an earlier day */
  NULLIF(UPPER(REGEXP_EXTRACT(kept.source_table, '^[a-z0-9]+_([a-z])__', 1)), '')::TEXT AS site_code  /* Plant whose system sent the record, when the system is one plant's */
FROM stg.medlake__kept_out AS kept
CROSS JOIN clock
LEFT JOIN file
  ON file.source_table = kept.source_table AND file.file_sha256 = kept.file_sha256
LEFT JOIN effect AS own
  ON own.source_table = kept.source_table AND own.rule_id = kept.rule_id
LEFT JOIN effect AS rest
  ON rest.source_table = kept.source_table AND rest.rule_id = '*'
LEFT JOIN stg.medlake__decision AS decision
  ON decision.decision_id = kept.decision_id
