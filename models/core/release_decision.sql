MODEL (
  name core.release_decision,
  kind FULL,
  owner quality,
  grain (lot_id),
  description 'The latest decided final inspection of each lot: what released, rejected or conceded it.',
  tags (core),
  audits (not_null(columns := (lot_id, decision_code)), unique_values(columns := (lot_id)))
);

WITH decided AS (
  SELECT
    *,
    COUNT(*) OVER (PARTITION BY lot_id) AS decision_count
  FROM core.inspection
  WHERE inspection_kind_code = 'final' AND decision_code IS NOT NULL AND lot_id IS NOT NULL
)
SELECT
  lot_id::TEXT AS lot_id,  /* Lot decided on */
  product_id::TEXT AS product_id,  /* Product key '<system>:<product_code>' */
  site_code::TEXT AS site_code,  /* Plant: A, B, C; G for public registers */
  decision_code::TEXT AS decision_code,  /* accepted, rejected or concession */
  decided_at::TIMESTAMPTZ AS decided_at,  /* Time of the usage decision, UTC */
  decided_by::TEXT AS decided_by,  /* Person who decided */
  inspection_no::TEXT AS inspection_no,  /* Inspection that decided */
  decision_count::BIGINT AS decision_count,  /* Decided final inspections of the lot; more than 1 means it was decided again */
  source_system::TEXT AS source_system,  /* System the row came from */
  _source_table::TEXT AS _source_table,  /* Contract of the source row */
  _file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  _row::BIGINT AS _row  /* Record number in the file */
FROM decided
QUALIFY
  ROW_NUMBER() OVER (
    PARTITION BY lot_id ORDER BY decided_at DESC NULLS LAST, inspection_no DESC, _file_sha256 DESC, _row DESC
  ) = 1
