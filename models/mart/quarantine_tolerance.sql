MODEL (
  name mart.quarantine_tolerance,
  kind FULL,
  owner data_platform,
  grain (source_table, rule_id),
  description 'Open quarantine against its limit (隔离容差), per table and rule: within the limit it warns, beyond it the release is blocked.',
  tags (mart),
  audits (
    not_null(columns := (source_table, rule_id, record_count, open_count, share_limit, state_code)),
    unique_combination_of_columns(columns := (source_table, rule_id))
  )
);

WITH delivered AS (
  SELECT source_table, SUM(rows_in) AS record_count
  FROM stg.medlake__load
  GROUP BY source_table
), open_record AS (
  SELECT DISTINCT
    kept.source_table, COALESCE(own.rule_id, '*') AS limit_rule_id, kept.file_sha256, kept.row_no, kept.record_count
  FROM stg.medlake__kept_out AS kept
  LEFT JOIN stg.medlake__tolerance AS own
    ON own.source_table = kept.source_table AND own.rule_id = kept.rule_id
  WHERE kept.state_code = 'open'
), counted AS (
  SELECT
    tolerance.source_table, tolerance.rule_id, tolerance.share_limit, tolerance.floor_count, tolerance.is_declared,
    MAX(COALESCE(delivered.record_count, 0)) AS record_count,
    COALESCE(SUM(open_record.record_count), 0) AS open_count
  FROM stg.medlake__tolerance AS tolerance
  LEFT JOIN delivered
    ON delivered.source_table = tolerance.source_table
  LEFT JOIN open_record
    ON open_record.source_table = tolerance.source_table AND open_record.limit_rule_id = tolerance.rule_id
  GROUP BY tolerance.source_table, tolerance.rule_id, tolerance.share_limit, tolerance.floor_count, tolerance.is_declared
)
SELECT
  source_table::TEXT AS source_table,  /* Contract id */
  rule_id::TEXT AS rule_id,  /* Rule the limit is for; * for all rules without one of their own, taken together */
  record_count::BIGINT AS record_count,  /* Records that came for the table, refused files included as far as they could be counted */
  open_count::BIGINT AS open_count,  /* Records kept out that nobody has decided on */
  (open_count / NULLIF(record_count, 0))::DECIMAL(9,6) AS open_share,  /* Open share of the records, 0 to 1; NULL when none could be counted */
  share_limit::DECIMAL(9,6) AS share_limit,  /* Share up to which the release is let through */
  floor_count::BIGINT AS floor_count,  /* Open records that never block, whatever their share */
  is_declared::BOOLEAN AS is_declared,  /* Whether the contract says so; else the default of the house */
  CASE
    WHEN open_count = 0 THEN 'none'
    WHEN open_count <= record_count * share_limit OR open_count <= floor_count THEN 'within'
    ELSE 'beyond'
  END::TEXT AS state_code  /* none, within (warns) or beyond (blocks the release) */
FROM counted
