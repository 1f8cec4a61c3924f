MODEL (
  name mart.genealogy_coverage_lot,
  kind FULL,
  owner quality,
  grain (lot_id),
  description 'Finished lots (成品批) and whether every upstream leaf of theirs is a purchased lot with a receipt. Walked the other way round: a lot below any other leaf is not covered; UNION makes the walk safe in cycles.',
  tags (mart),
  audits (
    not_null(columns := (lot_id, site_code, product_id, month, is_covered)),
    unique_values(columns := (lot_id))
  )
);

WITH RECURSIVE finished_lot AS (
  SELECT
    movement.site_code,
    movement.product_id,
    movement.lot_id,
    @first_of_month(MIN(movement.posting_date)) AS month
  FROM core.movement AS movement
  JOIN core.product AS product
    ON product.product_id = movement.product_id AND product.product_type_code = 'finished'
  WHERE movement.movement_class_code = 'production' AND NOT movement.lot_id IS NULL
  GROUP BY movement.site_code, movement.product_id, movement.lot_id
  HAVING SUM(movement.base_qty) > 0
), received_lot AS (
  SELECT lot_id
  FROM core.movement
  WHERE movement_class_code = 'receipt' AND NOT lot_id IS NULL
  GROUP BY lot_id
  HAVING SUM(base_qty) > 0
), edge AS (
  SELECT from_lot_id, to_lot_id FROM core.genealogy_edge WHERE from_lot_id <> to_lot_id
), node AS (
  SELECT from_lot_id AS lot_id FROM edge
  UNION
  SELECT lot_id FROM finished_lot
), uncovered AS (
  SELECT node.lot_id
  FROM node
  LEFT JOIN edge ON edge.to_lot_id = node.lot_id
  LEFT JOIN received_lot ON received_lot.lot_id = node.lot_id
  WHERE edge.to_lot_id IS NULL AND received_lot.lot_id IS NULL
  UNION
  SELECT edge.to_lot_id
  FROM uncovered
  JOIN edge ON edge.from_lot_id = uncovered.lot_id
)
SELECT
  finished_lot.lot_id::TEXT AS lot_id,  /* Produced lot of a finished product */
  finished_lot.site_code::TEXT AS site_code,  /* Plant */
  finished_lot.product_id::TEXT AS product_id,  /* Finished product */
  finished_lot.month::DATE AS month,  /* First day of the month of the first production posting */
  (uncovered.lot_id IS NULL)::BOOLEAN AS is_covered  /* Traced to receipts on every path */
FROM finished_lot
LEFT JOIN uncovered USING (lot_id)
