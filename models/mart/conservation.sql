MODEL (
  name mart.conservation,
  kind FULL,
  owner data_platform,
  grain (stage_code, name),
  description 'Nothing lost (守恒): for every contract at landing, in the raw zone and at typing, and every core entity, rows in = rows out + merged + quarantined + rejected.',
  tags (mart),
  audits (
    not_null(columns := (stage_code, name, rows_in, rows_out, is_balanced)),
    unique_combination_of_columns(columns := (stage_code, name))
  )
);

WITH landed AS (
  SELECT
    source_table,
    SUM(rows_in) AS rows_in,
    SUM(rows_loaded) AS rows_out,
    SUM(rows_quarantined) AS rows_quarantined,
    SUM(rows_rejected) AS rows_rejected,
    BOOL_AND(rows_in = rows_loaded + rows_quarantined + rows_rejected) AS is_balanced
  FROM stg.medlake__load
  GROUP BY source_table
), raw_file AS (
  /* Per file the rows its loads account for and the rows that lie there; a file may lack either side. */
  SELECT
    COALESCE(account.source_table, lying.source_table) AS source_table,
    COALESCE(account.rows_loaded, 0) AS rows_in,
    COALESCE(lying.rows_raw, 0) AS rows_out
  FROM (
    SELECT source_table, file_sha256, SUM(rows_loaded) AS rows_loaded
    FROM stg.medlake__load
    WHERE status = 'loaded'
    GROUP BY source_table, file_sha256
  ) AS account
  FULL JOIN stg.medlake__raw_count AS lying
    ON lying.source_table = account.source_table AND lying.file_sha256 = account.file_sha256
), counted AS (
  SELECT 'landing' AS stage_code, COALESCE(NULLIF(source_table, ''), 'no contract') AS name, rows_in, rows_out, 0 AS rows_merged, rows_quarantined, rows_rejected, is_balanced
  FROM landed
  UNION ALL
  SELECT
    'stg', typed.source_table, COALESCE(landed.rows_out, 0), typed.rows_good, typed.rows_merged, typed.rows_quarantined, typed.rows_rejected,
    COALESCE(landed.rows_out, 0) = typed.rows_good + typed.rows_merged + typed.rows_quarantined + typed.rows_rejected
  FROM stg.medlake__typed_count AS typed
  LEFT JOIN landed
    ON landed.source_table = typed.source_table
  UNION ALL
  SELECT 'raw', source_table, SUM(rows_in), SUM(rows_out), 0, 0, 0, BOOL_AND(rows_in = rows_out)
  FROM raw_file
  GROUP BY source_table
  UNION ALL
  SELECT 'core', entity_name, rows_in, rows_out, rows_merged, 0, 0, rows_in = rows_out + rows_merged
  FROM core.entity_count
)
SELECT
  stage_code::TEXT AS stage_code,  /* landing: file to records; raw: records in the books to rows that lie there; stg: to typed rows; core: to entities */
  name::TEXT AS name,  /* Contract id, or core entity; 'no contract' for files nobody claims */
  rows_in::BIGINT AS rows_in,  /* Records that came in; at stg counted by the ingest, not by the typing */
  rows_out::BIGINT AS rows_out,  /* Rows passed on */
  rows_merged::BIGINT AS rows_merged,  /* Rows merged into a survivor that is known */
  rows_quarantined::BIGINT AS rows_quarantined,  /* Rows kept aside by a rule */
  rows_rejected::BIGINT AS rows_rejected,  /* Records of files rejected as a whole; at stg rows a person confirmed as not wanted */
  is_balanced::BOOLEAN AS is_balanced  /* in = out + merged + quarantined + rejected, at landing and raw for each file */
FROM counted
