MODEL (
  name mart.file,
  kind FULL,
  owner data_platform,
  grain (load_id),
  description 'Landing files as read: one row per file and contract, whether its records add up and agree with what its sender says, and how many findings it has.',
  tags (mart),
  audits (
    not_null(columns := (load_id, source_table, file_sha256, is_balanced)),
    unique_values(columns := (load_id))
  )
);

WITH file_finding AS (
  SELECT
    source_table,
    file_sha256,
    COUNT(*) AS finding_count
  FROM mart.finding
  GROUP BY source_table, file_sha256
), said AS (
  SELECT load_id, BOOL_OR(is_agreed) AS is_agreed
  FROM stg.medlake__control
  GROUP BY load_id
)
SELECT
  load.load_id::TEXT AS load_id,  /* Load, one per file and contract */
  load.source_table::TEXT AS source_table,  /* Contract id */
  load.file_name::TEXT AS file_name,  /* Path below its landing root */
  load.file_sha256::TEXT AS file_sha256,  /* SHA-256 of the original, the address of its rows */
  load.contract_version::TEXT AS contract_version,  /* Contract version the file was read with */
  load.status::TEXT AS status,  /* loaded or rejected */
  load.rule_id::TEXT AS rule_id,  /* Rule that rejected the file */
  load.message::TEXT AS message,  /* Why it was rejected */
  load.rows_in::BIGINT AS rows_in,  /* Records seen */
  load.rows_loaded::BIGINT AS rows_loaded,  /* Records in the raw zone */
  load.rows_quarantined::BIGINT AS rows_quarantined,  /* Records kept aside */
  load.rows_rejected::BIGINT AS rows_rejected,  /* Records of a rejected file */
  CASE WHEN said.is_agreed THEN 'agrees' WHEN NOT said.is_agreed THEN 'differs' ELSE 'none' END::TEXT AS control_code,  /* Control totals of its sender: agrees, differs, or none were sent */
  COALESCE(counted.rows_raw, 0)::BIGINT AS rows_raw,  /* Rows of the file that really lie in the raw zone, counted there */
  (load.rows_in = load.rows_loaded + load.rows_quarantined + load.rows_rejected
    AND (load.status <> 'loaded' OR load.rows_loaded = COALESCE(counted.rows_raw, 0)))::BOOLEAN AS is_balanced,  /* Nothing lost in reading, and nothing lost or doubled behind the books */
  load.size_bytes::BIGINT AS size_bytes,  /* File size, bytes */
  load.encoding::TEXT AS encoding,  /* Text encoding that decoded the file */
  load.loaded_at::TIMESTAMPTZ AS loaded_at,  /* When the load was committed, UTC */
  COALESCE(file_finding.finding_count, 0)::BIGINT AS finding_count  /* Findings on the file or its rows */
FROM stg.medlake__load AS load
LEFT JOIN stg.medlake__raw_count AS counted
  ON counted.source_table = load.source_table AND counted.file_sha256 = load.file_sha256
LEFT JOIN said
  ON said.load_id = load.load_id
LEFT JOIN file_finding
  ON file_finding.source_table = load.source_table AND file_finding.file_sha256 = load.file_sha256
