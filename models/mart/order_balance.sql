MODEL (
  name mart.order_balance,
  kind FULL,
  owner production,
  grain (order_id, product_id),
  description 'What every order needed of each component by its head and the bill of materials, and what was posted as used (工单投料平衡). What is missing was used without a record; an order without a head, or of a product without a bill, needs what nobody can say.',
  tags (mart, trace),
  audits (not_null(columns := (order_id, product_id, used_qty)), unique_combination_of_columns(columns := (order_id, product_id)))
);

WITH taken AS (
  SELECT order_id, lot_id, SUM(CASE WHEN part_code = 'used' THEN qty ELSE 0 END) AS used_qty,
    SUM(CASE WHEN part_code = 'observed' THEN qty ELSE 0 END) AS observed_qty, SUM(CASE WHEN part_code = 'used' AND qty IS NULL THEN 1 ELSE 0 END) AS unmeasured_count
  FROM core.order_lot
  WHERE part_code IN ('used', 'observed')
  GROUP BY order_id, lot_id
), posted AS (
  SELECT order_id, product_id, SUM(used_qty) AS used_qty, SUM(unmeasured_count) AS unmeasured_count
  FROM (
    -- What only the shop floor saw is a use as well.
    SELECT taken.order_id, lot.product_id, GREATEST(taken.used_qty, taken.observed_qty) AS used_qty, taken.unmeasured_count
    FROM taken INNER JOIN core.lot AS lot ON lot.lot_id = taken.lot_id
    UNION ALL
    SELECT order_id, product_id, -base_qty, CASE WHEN base_qty IS NULL THEN 1 ELSE 0 END
    FROM core.movement
    WHERE movement_class_code IN ('consumption', 'rework_in') AND lot_id IS NULL AND NOT order_id IS NULL
  ) AS every
  GROUP BY order_id, product_id
), made AS (
  SELECT told.order_id, MIN(told.site_code) AS site_code,
    MIN(CASE WHEN told.part_code = 'made' THEN lot.product_id END) AS product_id
  FROM core.order_lot AS told
  LEFT JOIN core.lot AS lot ON lot.lot_id = told.lot_id
  GROUP BY told.order_id
), placed AS (
  -- Without its head an order is still known by its postings, and by what came of it.
  SELECT
    COALESCE(head.order_id, made.order_id) AS order_id, COALESCE(head.site_code, made.site_code) AS site_code,
    COALESCE(head.product_id, made.product_id) AS product_id, head.order_type_code, head.planned_qty, head.started_date,
    head.finished_date, NOT head.order_id IS NULL AS is_head_known
  FROM core.production_order AS head
  FULL JOIN made ON made.order_id = head.order_id
), bill AS (
  SELECT
    placed.order_id, line.component_product_id AS product_id,
    CASE WHEN line.uom_code = component.base_uom_code THEN line.component_qty
      ELSE (line.component_qty * factor.numerator_qty / factor.denominator_qty)::DECIMAL(18, 6) END AS unit_qty
  FROM placed
  INNER JOIN core.bom AS line
    ON line.parent_product_id = placed.product_id AND line.valid_from_date <= COALESCE(placed.started_date, line.valid_from_date)
  LEFT JOIN core.product AS component ON component.product_id = line.component_product_id
  LEFT JOIN core.unit_conversion AS factor
    ON factor.product_id = line.component_product_id AND factor.uom_code = line.uom_code
  WHERE COALESCE(placed.order_type_code, '') <> 'rework'
  QUALIFY
    ROW_NUMBER() OVER (PARTITION BY placed.order_id, line.component_product_id ORDER BY line.valid_from_date DESC) = 1
  UNION ALL
  SELECT order_id, product_id, 1 FROM placed WHERE order_type_code = 'rework'
), needed AS (
  SELECT
    COALESCE(bill.order_id, posted.order_id) AS order_id, COALESCE(bill.product_id, posted.product_id) AS product_id,
    bill.unit_qty, COALESCE(posted.used_qty, 0) AS used_qty, COALESCE(posted.unmeasured_count, 0) AS unmeasured_count
  FROM bill
  FULL JOIN posted ON posted.order_id = bill.order_id AND posted.product_id = bill.product_id
)
SELECT
  needed.order_id::TEXT AS order_id,  /* Order key '<site>:<order_no>' */
  needed.product_id::TEXT AS product_id,  /* Component; of rework the product itself */
  placed.site_code::TEXT AS site_code,  /* Plant */
  placed.product_id::TEXT AS made_product_id,  /* Product the order makes */
  placed.planned_qty::DECIMAL(18, 3) AS planned_qty,  /* Planned quantity; NULL when the head of the order is not known */
  placed.started_date::DATE AS started_date,  /* First day of work */
  placed.finished_date::DATE AS finished_date,  /* Last day of work */
  placed.is_head_known::BOOLEAN AS is_head_known,  /* The order itself came, not only postings on it */
  needed.unit_qty::DECIMAL(18, 6) AS unit_qty,  /* Needed for one unit by the bill of materials; NULL when it lists no such component */
  (placed.planned_qty * needed.unit_qty)::DECIMAL(18, 3) AS required_qty,  /* Needed for the planned quantity, base unit; NULL when nobody can say */
  needed.used_qty::DECIMAL(18, 3) AS used_qty,  /* Posted as used, net, or seen by the shop floor where that is more, base unit */
  needed.unmeasured_count::BIGINT AS unmeasured_count  /* Postings in a unit without a factor: they are in no quantity here */
FROM needed
INNER JOIN placed ON placed.order_id = needed.order_id
