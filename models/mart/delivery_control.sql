MODEL (
  name mart.delivery_control,
  kind FULL,
  owner data_platform,
  grain (file_name),
  description 'Control totals (交接控制数): what senders say of their files, held against what was read. A file cut between two records looks whole; only its sender can tell.',
  tags (mart),
  audits (
    not_null(columns := (file_name, state_code)),
    unique_values(columns := (file_name))
  )
);

WITH come AS (
  SELECT
    control.said_file_name AS file_name,
    load.file_sha256, load.rows_in, load.loaded_at,
    load.status = 'loaded' AS is_loaded,
    load.status = 'loaded' AND control.is_agreed AS is_agreed
  FROM stg.medlake__control AS control
  INNER JOIN stg.medlake__load AS load
    ON load.load_id = control.load_id
), newest AS (
  SELECT
    file_name,
    ARG_MAX(rows_in, (is_agreed, is_loaded, loaded_at)) AS rows_in,
    ARG_MAX(file_sha256, (is_agreed, is_loaded, loaded_at)) AS file_sha256,
    CASE WHEN BOOL_OR(is_agreed) THEN 'agrees' WHEN BOOL_OR(is_loaded) THEN 'differs' ELSE 'refused' END AS state_code
  FROM come
  GROUP BY file_name
)
SELECT
  said.file_name::TEXT AS file_name,  /* Path below its landing root, as the sender names it */
  COALESCE(newest.state_code, 'missing')::TEXT AS state_code,  /* agrees, differs, refused (came and was rejected) or missing (never came) */
  said.record_count::BIGINT AS said_count,  /* Records by its sender; empty when not said */
  newest.rows_in::BIGINT AS found_count,  /* Records that were read, quarantined ones included */
  said.content_sha256::TEXT AS said_sha256,  /* SHA-256 by its sender; empty when not said */
  newest.file_sha256::TEXT AS found_sha256,  /* SHA-256 of what came */
  said._file_sha256::TEXT AS _file_sha256,  /* File with the sender's word */
  said._row::BIGINT AS _row  /* Row in that file */
FROM stg.delivery__control AS said
LEFT JOIN newest
  ON newest.file_name = said.file_name
