MODEL (
  name stg.medlake__drift,
  kind FULL,
  owner data_platform,
  grain (load_id, kind, column_name, found_name),
  description 'Columns of landing files that are not as their contract says: one row per file, kind and column.',
  tags (stg),
  audits (not_null(columns := (load_id, source_table, kind, decision)))
);

SELECT
  load_id::TEXT AS load_id,  /* Load that met the column */
  source_table::TEXT AS source_table,  /* Contract id */
  contract_version::TEXT AS contract_version,  /* Contract version the file was read with */
  file_sha256::TEXT AS file_sha256,  /* SHA-256 of the original file */
  file_name::TEXT AS file_name,  /* Path below its landing root */
  kind::TEXT AS kind,  /* new, missing, renamed, case, duplicate, reordered or retyped */
  column_name::TEXT AS column_name,  /* Physical name in the contract, empty for a new column */
  found_name::TEXT AS found_name,  /* Name in the file; type of a retyped column */
  decision::TEXT AS decision,  /* refuse, quarantine, accept-new-column or accept */
  record_count::BIGINT AS record_count,  /* Records that show it */
  message::TEXT AS message,  /* In words, Chinese and English */
  detected_at::TIMESTAMPTZ AS detected_at  /* When the load was made, UTC */
FROM raw.medlake__drift
