MODEL (
  name core.trace_evidence,
  kind FULL,
  owner quality,
  grain (edge_id, part_code, _source_table, _file_sha256, _row),
  description 'Every record that speaks for or against an edge of the genealogy, with the time this lake first had it. Edges are sums over it: of all of it today, of what was known by then as of an earlier time.',
  tags (core),
  audits (not_null(columns := (edge_id, part_code, known_at)), unique_combination_of_columns(columns := (edge_id, part_code, _source_table, _file_sha256, _row)))
);

WITH told AS (
  SELECT * FROM core.trace_evidence_order
  UNION ALL
  SELECT * FROM core.trace_evidence_lot
  UNION ALL
  SELECT * FROM core.trace_evidence_pack
  UNION ALL
  SELECT * FROM core.trace_evidence_unit
  UNION ALL
  SELECT * FROM core.trace_evidence_event
  UNION ALL
  SELECT * FROM core.trace_evidence_transit
), loaded AS (
  SELECT source_table, file_sha256, MIN(loaded_at) AS loaded_at
  FROM stg.medlake__load
  WHERE status = 'loaded'
  GROUP BY source_table, file_sha256
), told_before AS (
  -- A record restated under its key was known when its first version came.
  SELECT
    merged.source_table, SPLIT_PART(merged.after, ':', 1) AS file_sha256, SPLIT_PART(merged.after, ':', 2)::BIGINT AS row_no,
    MIN(loaded.loaded_at) AS loaded_at
  FROM stg.finding AS merged
  INNER JOIN loaded
    ON loaded.source_table = merged.source_table AND loaded.file_sha256 = merged.file_sha256
  WHERE merged.rule_id = 'DQ-KEY-001'
  GROUP BY 1, 2, 3
)
SELECT
  told.edge_id::TEXT AS edge_id,  /* Edge it speaks of */
  told.edge_type_code::TEXT AS edge_type_code,  /* CONSUME, REWORK, RELABEL, SUBCONTRACT, STERILISE, SERIALISE, PACK, SHIP, DELIVER or RETURN */
  told.part_code::TEXT AS part_code,  /* used, made, planned, observed, stated: one record tells the whole edge; void and unseen take back what was stated and observed */
  told.from_node_id::TEXT AS from_node_id,  /* Node the edge leaves */
  told.to_node_id::TEXT AS to_node_id,  /* Node it leads to */
  told.from_kind_code::TEXT AS from_kind_code,  /* lot, serial, handling_unit, delivery or sterilisation */
  told.to_kind_code::TEXT AS to_kind_code,  /* lot, serial, handling_unit, delivery, customer or return */
  told.site_code::TEXT AS site_code,  /* Plant: A, B, C; G for public registers */
  told.order_id::TEXT AS order_id,  /* Order that joins the nodes, if any */
  told.qty::DECIMAL(18, 3) AS qty,  /* What it adds to the edge, negative when it takes back; NULL when none is stated */
  told.told_date::DATE AS told_date,  /* Day it speaks of, plant calendar: valid time */
  LEAST(loaded.loaded_at, COALESCE(told_before.loaded_at, loaded.loaded_at))::TIMESTAMPTZ AS known_at,  /* First load of the record, UTC: known time */
  told.is_backflush::BOOLEAN AS is_backflush,  /* Posted by backflush, not observed */
  told.source_system::TEXT AS source_system,  /* System the row came from */
  told._source_table::TEXT AS _source_table,  /* Contract of the source row */
  told._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  told._row::BIGINT AS _row  /* Record number in the file */
FROM told
INNER JOIN loaded
  ON loaded.source_table = told._source_table AND loaded.file_sha256 = told._file_sha256
LEFT JOIN told_before
  ON told_before.source_table = told._source_table AND told_before.file_sha256 = told._file_sha256
  AND told_before.row_no = told._row
  -- The first record of a serial says where it was made, a later one where it was sent.
  AND NOT (told.edge_type_code = 'SHIP' AND told.from_kind_code = 'serial')
