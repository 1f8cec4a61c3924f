-- Every version of every edge in the order of the table, which is the order of its key: row n is edge n of the index.
SELECT
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
ORDER BY rowid
