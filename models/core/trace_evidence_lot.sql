MODEL (
  name core.trace_evidence_lot,
  kind FULL,
  owner production,
  grain (edge_id, part_code, _source_table, _file_sha256, _row),
  description 'What speaks for an edge between lots without an order: moved to another lot (relabelled, split, merged), worked on by a vendor, sterilised in a run.',
  tags (core),
  audits (not_null(columns := (edge_id, part_code)), unique_combination_of_columns(columns := (edge_id, part_code, _source_table, _file_sha256, _row)))
);

WITH vendor_used AS (
  SELECT *
  FROM core.movement
  WHERE movement_class_code = 'consumption' AND NOT purchase_order_no IS NULL AND NOT lot_id IS NULL
), vendor_pair AS (
  -- What the vendor used of ours stands in the document of the goods receipt.
  SELECT DISTINCT used.site_code, used.document_no, used.posting_date, used.purchase_order_no, used.po_line_no,
    used.lot_id AS from_lot_id, received.lot_id AS to_lot_id
  FROM vendor_used AS used
  INNER JOIN core.movement AS received
    ON received.movement_class_code = 'receipt' AND NOT received.lot_id IS NULL
    AND received.site_code = used.site_code AND received.document_no = used.document_no
    AND received.posting_date = used.posting_date AND received.purchase_order_no = used.purchase_order_no
    AND received.po_line_no = used.po_line_no
), vendor_part AS (
  SELECT pair.from_lot_id, pair.to_lot_id,
    CASE part.movement_class_code WHEN 'consumption' THEN 'used' ELSE 'made' END AS part_code, part.*
  FROM vendor_pair AS pair
  INNER JOIN core.movement AS part
    ON part.site_code = pair.site_code AND part.document_no = pair.document_no
    AND part.posting_date = pair.posting_date AND part.purchase_order_no = pair.purchase_order_no
    AND part.po_line_no = pair.po_line_no
    AND ((part.movement_class_code = 'consumption' AND part.lot_id = pair.from_lot_id)
      OR (part.movement_class_code = 'receipt' AND part.lot_id = pair.to_lot_id))
), spoken AS (
  SELECT 'RELABEL' AS edge_type_code, 'stated' AS part_code, lot_id AS from_node_id, to_lot_id AS to_node_id,
    'lot' AS from_kind_code, site_code, -base_qty AS qty, posting_date AS told_date, source_system,
    _source_table, _file_sha256, _row
  FROM core.movement
  WHERE movement_class_code = 'relabel' AND lot_id <> to_lot_id
  UNION ALL
  SELECT 'SUBCONTRACT', part_code, from_lot_id, to_lot_id, 'lot', site_code,
    CASE part_code WHEN 'used' THEN -base_qty ELSE base_qty END, posting_date, source_system,
    _source_table, _file_sha256, _row
  FROM vendor_part
  WHERE from_lot_id <> to_lot_id
  UNION ALL
  SELECT 'STERILISE', 'stated', 'sterilisation:' || site_code || ':' || sterilisation_lot_no, lot_id,
    'sterilisation', site_code, qty, @plant_date(run.started_at, run.site_code), source_system,
    _source_table, _file_sha256, _row
  FROM core.sterilisation AS run
  WHERE NOT lot_id IS NULL
)
SELECT
  (edge_type_code || '||' || from_node_id || '|' || to_node_id)::TEXT AS edge_id,  /* type, no order, from and to in one text */
  edge_type_code::TEXT AS edge_type_code,  /* RELABEL, SUBCONTRACT or STERILISE */
  part_code::TEXT AS part_code,  /* used and made, or stated: one record tells the whole edge */
  from_node_id::TEXT AS from_node_id,  /* Lot it left, or 'sterilisation:<site>:<run>' */
  to_node_id::TEXT AS to_node_id,  /* Lot it became, or that was in the run */
  from_kind_code::TEXT AS from_kind_code,  /* lot or sterilisation */
  'lot'::TEXT AS to_kind_code,  /* Kind of the to-node: a lot */
  site_code::TEXT AS site_code,  /* Plant: A, B, C; G for public registers */
  NULL::TEXT AS order_id,  /* No order joins them */
  qty::DECIMAL(18, 3) AS qty,  /* Base unit of the lot the part speaks of; negative when it takes back; NULL when none is stated */
  told_date::DATE AS told_date,  /* Day the evidence speaks of, plant calendar */
  FALSE::BOOLEAN AS is_backflush,  /* Nothing here is backflushed */
  source_system::TEXT AS source_system,  /* System the row came from */
  _source_table::TEXT AS _source_table,  /* Contract of the source row */
  _file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  _row::BIGINT AS _row  /* Record number in the file */
FROM spoken
