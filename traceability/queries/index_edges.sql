-- Every version of every edge as the table has them. A sort would cost more than the index: rowid shows the order.
SELECT
  rowid AS row_no,
  from_node_id,
  to_node_id,
  from_kind_code,
  to_kind_code,
  edge_type_code,
  precision_code,
  qty,
  first_date,
  last_date,
  known_at,
  known_until
FROM core.trace_edge_version
