MODEL (
  name core.trace_evidence_event,
  kind FULL,
  owner traceability,
  grain (edge_id, part_code, _source_table, _file_sha256, _row),
  description 'What EPCIS events of partners say of an edge: a thing became another, or was packed into one. A declaration that the event is wrong takes it back, whichever of the two came first.',
  tags (core),
  audits (not_null(columns := (edge_id, part_code)), unique_combination_of_columns(columns := (edge_id, part_code, _source_table, _file_sha256, _row)))
);

WITH told AS (
  SELECT *, CASE WHEN declared_at IS NULL THEN 'stated' ELSE 'void' END AS part_code FROM core.event_thing
), side AS (
  SELECT DISTINCT step_key, role_code, node_id, node_kind_code, part_code FROM told WHERE role_code = 'output'
), packed AS (
  SELECT child.*, parent.node_id AS to_node_id, parent.node_kind_code AS to_kind_code
  FROM told AS child
  INNER JOIN told AS parent
    ON parent.event_key = child.event_key AND parent.declared_at IS NOT DISTINCT FROM child.declared_at
    AND parent.role_code = 'parent'
  WHERE child.role_code = 'child' AND child.event_type_code = 'AggregationEvent' AND child.action_code = 'ADD'
), spoken AS (
  SELECT 'CONSUME' AS edge_type_code, used.step_key AS order_id, used.part_code, used.node_id AS from_node_id,
    used.node_kind_code AS from_kind_code, side.node_id AS to_node_id, side.node_kind_code AS to_kind_code,
    used.base_qty AS qty, used.told_date, used.source_system, used._source_table, used._file_sha256, used._row
  FROM told AS used
  INNER JOIN side ON side.step_key = used.step_key AND side.part_code = used.part_code
  WHERE used.role_code = 'input' AND used.event_type_code = 'TransformationEvent'
  UNION ALL
  SELECT 'PACK', NULL, part_code, node_id, node_kind_code, to_node_id, to_kind_code,
    base_qty, told_date, source_system, _source_table, _file_sha256, _row
  FROM packed
)
SELECT
  (edge_type_code || '|' || COALESCE('epcis:' || order_id, '') || '|' || from_node_id || '|' || to_node_id)::TEXT AS edge_id,  /* type, step, from and to in one text */
  edge_type_code::TEXT AS edge_type_code,  /* CONSUME or PACK */
  part_code::TEXT AS part_code,  /* stated: the event tells the whole edge; void: it was declared wrong */
  from_node_id::TEXT AS from_node_id,  /* What was used up, or packed */
  to_node_id::TEXT AS to_node_id,  /* What came of it, or holds it */
  from_kind_code::TEXT AS from_kind_code,  /* lot, serial or handling_unit */
  to_kind_code::TEXT AS to_kind_code,  /* lot, serial or handling_unit */
  NULL::TEXT AS site_code,  /* A partner's place is no plant of ours */
  ('epcis:' || order_id)::TEXT AS order_id,  /* Step that joins them; NULL for packing */
  (CASE part_code WHEN 'void' THEN -qty ELSE qty END)::DECIMAL(18, 3) AS qty,  /* Base unit of our lot, else pieces; negative when it takes back; NULL when none is stated so */
  told_date::DATE AS told_date,  /* Day of the event where it happened */
  FALSE::BOOLEAN AS is_backflush,  /* Nothing here is backflushed */
  source_system::TEXT AS source_system,  /* System the row came from */
  _source_table::TEXT AS _source_table,  /* Contract of the source row */
  _file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  _row::BIGINT AS _row  /* Record number in the file */
FROM spoken
WHERE from_node_id <> to_node_id
