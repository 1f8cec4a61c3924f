MODEL (
  name stg.medlake__load,
  kind FULL,
  owner data_platform,
  grain (load_id),
  description 'Every landing file taken against a contract: one row per file and contract, with its record counts.',
  tags (stg),
  audits (
    not_null(columns := (load_id, source_table, file_sha256, status)),
    unique_values(columns := (load_id))
  )
);

SELECT
  load_id::TEXT AS load_id,  /* Load, one per file and contract */
  file_sha256::TEXT AS file_sha256,  /* SHA-256 of the original file */
  file_name::TEXT AS file_name,  /* Path below its landing root */
  source_table::TEXT AS source_table,  /* Contract id */
  contract_version::TEXT AS contract_version,  /* Contract version the file was read with */
  status::TEXT AS status,  /* loaded or rejected */
  rule_id::TEXT AS rule_id,  /* Rule that rejected the file */
  message::TEXT AS message,  /* Why it was rejected */
  rows_in::BIGINT AS rows_in,  /* Records seen in the file */
  rows_loaded::BIGINT AS rows_loaded,  /* Records appended to the raw zone */
  rows_quarantined::BIGINT AS rows_quarantined,  /* Records kept aside, each with its reason */
  rows_rejected::BIGINT AS rows_rejected,  /* Records of a file rejected as a whole */
  size_bytes::BIGINT AS size_bytes,  /* File size, bytes */
  encoding::TEXT AS encoding,  /* Text encoding that decoded the file */
  loaded_at::TIMESTAMPTZ AS loaded_at  /* When the load was committed, UTC */
FROM raw.medlake__load
