MODEL (
  name stg.medlake__quarantine,
  kind FULL,
  owner data_platform,
  grain (load_id, row_no, rule_id),
  description 'Records of landing files that could not be read against the contract, with reason and raw text.',
  tags (stg),
  audits (not_null(columns := (load_id, source_table, file_sha256, row_no, rule_id)))
);

SELECT
  load_id::TEXT AS load_id,  /* Load that met the record */
  source_table::TEXT AS source_table,  /* Contract id */
  file_sha256::TEXT AS file_sha256,  /* SHA-256 of the original file */
  file_name::TEXT AS file_name,  /* Path below its landing root */
  row_no::BIGINT AS row_no,  /* Record number in the file, 1-based, header not counted */
  rule_id::TEXT AS rule_id,  /* Rule broken */
  message::TEXT AS message,  /* Reason */
  raw_text::TEXT AS raw_text,  /* The record as it came */
  loaded_at::TIMESTAMPTZ AS loaded_at  /* When the load was committed, UTC */
FROM raw.medlake__quarantine
