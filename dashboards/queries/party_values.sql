-- Every value that any record or steward gives for a golden party, with its origin.
WITH file AS (
  SELECT source_table, file_sha256, MIN(file_name) AS file_name FROM mart.file GROUP BY ALL
)
SELECT
  value.attribute, value.place_no, value.is_golden, value.is_eligible, value.value, value.rule_code, value.decision_id,
  value.record_id, value.valid_from_date, value._source_table AS source_table, file.file_name,
  value._file_sha256 AS file_sha256, value._row AS row_no
FROM core.party_value AS value
LEFT JOIN file ON file.source_table = value._source_table AND file.file_sha256 = value._file_sha256
WHERE value.role_code = $role AND value.golden_id = $golden_id
ORDER BY value.attribute, value.place_no
