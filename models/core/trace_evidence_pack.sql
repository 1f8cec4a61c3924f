MODEL (
  name core.trace_evidence_pack,
  kind FULL,
  owner sales,
  grain (edge_id, part_code, _source_table, _file_sha256, _row),
  description 'What speaks for an edge of packing: a lot in a handling unit, a handling unit in another one, a handling unit on a delivery.',
  tags (core),
  audits (not_null(columns := (edge_id, part_code)), unique_combination_of_columns(columns := (edge_id, part_code, _source_table, _file_sha256, _row)))
);

WITH unit AS (
  SELECT
    *, @handling_unit_node(site_code, handling_unit_no, sscc, is_sscc_valid) AS node_id
  FROM core.handling_unit
), packed AS (
  -- A handling unit whose own record did not come is known by the number of its plant.
  SELECT item.*, COALESCE(unit.node_id, 'hu:' || item.site_code || ':' || item.handling_unit_no) AS node_id,
    COALESCE(child.node_id, 'hu:' || item.site_code || ':' || item.child_handling_unit_no) AS child_node_id,
    unit.packed_date
  FROM core.packing AS item
  LEFT JOIN unit ON unit.site_code = item.site_code AND unit.handling_unit_no = item.handling_unit_no
  LEFT JOIN unit AS child
    ON child.site_code = item.site_code AND child.handling_unit_no = item.child_handling_unit_no
), spoken AS (
  SELECT
    'PACK' AS edge_type_code, COALESCE(child_node_id, lot_id) AS from_node_id, node_id AS to_node_id,
    CASE WHEN child_node_id IS NULL THEN 'lot' ELSE 'handling_unit' END AS from_kind_code, 'handling_unit' AS to_kind_code,
    site_code, qty, packed_date AS told_date, source_system, _source_table, _file_sha256, _row
  FROM packed
  UNION ALL
  SELECT 'SHIP', node_id, 'delivery:' || site_code || ':' || delivery_no, 'handling_unit', 'delivery',
    site_code, 1, packed_date, source_system, _source_table, _file_sha256, _row
  FROM unit
)
SELECT
  (edge_type_code || '||' || from_node_id || '|' || to_node_id)::TEXT AS edge_id,  /* type, no order, from and to in one text */
  edge_type_code::TEXT AS edge_type_code,  /* PACK or SHIP */
  'stated'::TEXT AS part_code,  /* stated: the record tells the whole edge */
  from_node_id::TEXT AS from_node_id,  /* Lot, or 'hu:<sscc>'; 'hu:<site>:<number>' where the SSCC is damaged */
  to_node_id::TEXT AS to_node_id,  /* Handling unit or 'delivery:<site>:<number>' */
  from_kind_code::TEXT AS from_kind_code,  /* lot or handling_unit */
  to_kind_code::TEXT AS to_kind_code,  /* handling_unit or delivery */
  site_code::TEXT AS site_code,  /* Plant: A, B, C; G for public registers */
  NULL::TEXT AS order_id,  /* No order joins them */
  qty::DECIMAL(18, 3) AS qty,  /* Base unit of the lot, or pieces of handling units */
  told_date::DATE AS told_date,  /* Day it was packed, plant calendar */
  FALSE::BOOLEAN AS is_backflush,  /* Nothing here is backflushed */
  source_system::TEXT AS source_system,  /* System the row came from */
  _source_table::TEXT AS _source_table,  /* Contract of the source row */
  _file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  _row::BIGINT AS _row  /* Record number in the file */
FROM spoken
WHERE NOT from_node_id IS NULL AND NOT to_node_id IS NULL
