-- The edges between lots, for releases that know no others; when they became known was not kept then.
SELECT
  rowid AS row_no,
  from_lot_id AS from_node_id,
  to_lot_id AS to_node_id,
  'lot' AS from_kind_code,
  'lot' AS to_kind_code,
  edge_type_code,
  precision_code,
  qty,
  first_date,
  last_date,
  NULL::TIMESTAMPTZ AS known_at
FROM core.genealogy_edge
