MODEL (
  name mart.genealogy_coverage,
  kind FULL,
  owner quality,
  grain (site_code, product_id, month),
  description 'Genealogy coverage (追溯覆盖率): finished lots of which every upstream leaf is a purchased lot with a receipt. Counted the other way round: a lot below any other leaf is not covered; UNION makes the walk safe in cycles.',
  tags (mart, kpi),
  audits (
    not_null(columns := (site_code, product_id, month, finished_lots)),
    unique_combination_of_columns(columns := (site_code, product_id, month))
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
), counted AS (
  SELECT
    finished_lot.site_code,
    finished_lot.product_id,
    finished_lot.month,
    COUNT(*) AS finished_lots,
    COUNT(*) FILTER(WHERE uncovered.lot_id IS NULL) AS covered_lots
  FROM finished_lot
  LEFT JOIN uncovered USING (lot_id)
  GROUP BY finished_lot.site_code, finished_lot.product_id, finished_lot.month
)
SELECT
  site_code::TEXT AS site_code,  /* Plant */
  product_id::TEXT AS product_id,  /* Finished product */
  month::DATE AS month,  /* First day of the month of the first production posting */
  finished_lots::BIGINT AS finished_lots,  /* Produced lots of finished products: the denominator */
  covered_lots::BIGINT AS covered_lots,  /* Lots traced to receipts on every path: the numerator */
  @ratio(covered_lots, finished_lots)::DECIMAL(18, 9) AS coverage  /* covered_lots / finished_lots */
FROM counted
