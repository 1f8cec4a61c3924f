-- Postings behind an edge: of the from-lot on the edge's order (its relabelling, its use by a vendor), and of the to-lot.
SELECT
  CASE WHEN m.lot_id = e.from_lot_id THEN 'from_lot' ELSE 'to_lot' END AS part,
  m._source_table, m._file_sha256, m._row
FROM core.genealogy_edge AS e
JOIN core.movement AS m
  ON (e.order_id IS NOT NULL AND m.order_id = e.order_id AND m.lot_id IN (e.from_lot_id, e.to_lot_id)
      AND m.movement_class_code IN ('consumption', 'production', 'byproduct', 'rework_in', 'rework_out'))
  OR (e.edge_type_code = 'RELABEL' AND m.movement_class_code = 'relabel'
      AND m.lot_id = e.from_lot_id AND m.to_lot_id = e.to_lot_id)
  OR (e.edge_type_code = 'SUBCONTRACT' AND (
      (m.movement_class_code = 'consumption' AND m.purchase_order_no IS NOT NULL AND m.lot_id = e.from_lot_id
        AND EXISTS (
          FROM core.movement AS r
          WHERE r.movement_class_code = 'receipt' AND r.lot_id = e.to_lot_id AND r.site_code = m.site_code
            AND r.document_no = m.document_no AND r.posting_date = m.posting_date))
      OR (m.movement_class_code = 'receipt' AND m.lot_id = e.to_lot_id)))
WHERE e.edge_id = $edge_id
