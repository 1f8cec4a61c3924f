MODEL (
  name mart.trace_open_end,
  kind FULL,
  owner quality,
  grain (open_code, site_code, wanted_product_id, order_id, lot_id),
  description 'Where material came in without a record (谱系断点): an order that posted less of a component than it needs or drew on a lot that never had as much, a lot of which more left than came, a lot back from a vendor without our parts. A lot in recall may have gone there.',
  tags (mart, trace),
  audits (not_null(columns := (open_code, site_code, wanted_product_id)))
);

WITH overdrawn AS (
  SELECT lot_id, site_code, product_id, -unaccounted_qty AS missing_qty
  FROM mart.lot_balance
  WHERE unaccounted_qty < 0 OR unmeasured_count > 0 OR in_qty <= 0
), short_order AS (
  SELECT order_id, product_id, required_qty - used_qty AS missing_qty
  FROM mart.order_balance
  WHERE required_qty > used_qty OR unmeasured_count > 0
    OR (required_qty IS NULL AND (NOT unit_qty IS NULL OR NOT is_head_known))
  UNION ALL
  SELECT DISTINCT used.order_id, overdrawn.product_id, NULL
  FROM core.order_lot AS used
  INNER JOIN overdrawn ON overdrawn.lot_id = used.lot_id
  WHERE used.part_code = 'used'
), open_order AS (
  SELECT
    short_order.order_id, short_order.product_id, MIN(balance.site_code) AS site_code,
    -- Material is staged up to a day before the order starts.
    MIN(balance.started_date) - INTERVAL 1 DAY AS from_date, MAX(balance.finished_date) AS until_date,
    MAX(short_order.missing_qty) AS missing_qty
  FROM short_order
  INNER JOIN mart.order_balance AS balance
    ON balance.order_id = short_order.order_id AND balance.product_id = short_order.product_id
  GROUP BY short_order.order_id, short_order.product_id
), output AS (
  SELECT DISTINCT order_id, lot_id FROM core.order_lot WHERE part_code IN ('made', 'planned')
), origin AS (
  -- What a lot can have come of: its own product, what its bill lists, what was ever moved into its product.
  SELECT product_id, product_id AS wanted_product_id FROM overdrawn
  UNION
  SELECT parent_product_id, component_product_id FROM core.bom
  UNION
  SELECT source_system || ':' || to_product_code, product_id FROM core.movement WHERE movement_class_code = 'relabel'
), found AS (
  SELECT
    'ORDER_INPUT' AS open_code, ending.site_code, ending.product_id AS wanted_product_id, ending.order_id, output.lot_id,
    ending.from_date, ending.until_date, ending.missing_qty
  FROM open_order AS ending
  LEFT JOIN output ON output.order_id = ending.order_id
  UNION ALL
  SELECT 'LOT_ORIGIN', lot.site_code, origin.wanted_product_id, NULL, lot.lot_id, NULL, NULL, lot.missing_qty
  FROM overdrawn AS lot
  INNER JOIN origin ON origin.product_id = lot.product_id
  UNION ALL
  SELECT 'VENDOR_INPUT', site_code, product_id, NULL, lot_id, NULL, NULL, required_qty - used_qty
  FROM mart.vendor_balance
  WHERE used_qty < required_qty
)
SELECT
  open_code::TEXT AS open_code,  /* ORDER_INPUT, LOT_ORIGIN or VENDOR_INPUT */
  site_code::TEXT AS site_code,  /* Plant */
  wanted_product_id::TEXT AS wanted_product_id,  /* Product that may have come in without a record */
  order_id::TEXT AS order_id,  /* Order it may have come into; NULL for a lot without an order */
  lot_id::TEXT AS lot_id,  /* Lot it may have become; NULL when no output of the order is known */
  from_date::DATE AS from_date,  /* First day it can have happened; NULL when nobody can say */
  until_date::DATE AS until_date,  /* Last day; NULL when nobody can say */
  missing_qty::DECIMAL(18, 3) AS missing_qty  /* How much at least came in without a record, base unit; NULL when nobody can say */
FROM found
