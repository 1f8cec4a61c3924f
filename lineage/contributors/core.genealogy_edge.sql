-- Postings behind an edge: of the from-lot on the edge's order (or its relabelling), and of the to-lot out of it.
SELECT
  CASE WHEN m.lot_id = e.from_lot_id THEN 'from_lot' ELSE 'to_lot' END AS part,
  m._source_table, m._file_sha256, m._row
FROM core.genealogy_edge AS e
JOIN core.movement AS m
  ON (e.order_id IS NOT NULL AND m.order_id = e.order_id AND m.lot_id IN (e.from_lot_id, e.to_lot_id)
      AND m.movement_class_code IN ('consumption', 'production', 'byproduct', 'rework_in', 'rework_out'))
  OR (e.order_id IS NULL AND m.movement_class_code = 'relabel'
      AND m.lot_id = e.from_lot_id AND m.to_lot_id = e.to_lot_id)
WHERE e.edge_id = $edge_id
