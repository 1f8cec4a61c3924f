MODEL (
  name mart.lot_extent,
  kind FULL,
  owner quality,
  grain (lot_id),
  description 'How much a lot can have been at most, and between which days it can have been used: what the bound of a recall counts when records are missing. Rests on registers that are no postings: lot master, stock lists, heads of orders, inspections, sterilisation, serials.',
  tags (mart, trace),
  audits (not_null(columns := (lot_id, most_qty)), unique_values(columns := (lot_id)))
);

WITH stated AS (
  SELECT lot_id, MAX(qty) AS stated_qty
  FROM (
    SELECT lot_id, lot_qty AS qty FROM core.inspection
    UNION ALL SELECT lot_id, qty FROM core.sterilisation
    UNION ALL SELECT lot_id, COUNT(*) FROM core.serial GROUP BY lot_id
  ) AS said
  GROUP BY lot_id
), planned AS (
  SELECT told.lot_id, SUM(head.planned_qty) AS planned_qty
  FROM (SELECT DISTINCT order_id, lot_id FROM core.order_lot WHERE part_code IN ('made', 'planned')) AS told
  INNER JOIN core.production_order AS head ON head.order_id = told.order_id
  GROUP BY told.lot_id
), overused AS (
  SELECT DISTINCT used.lot_id
  FROM mart.order_balance AS balance
  INNER JOIN core.order_lot AS used ON used.order_id = balance.order_id AND used.part_code = 'used'
  INNER JOIN core.lot AS lot ON lot.lot_id = used.lot_id AND lot.product_id = balance.product_id
  WHERE balance.used_qty > balance.required_qty
), joined AS (
  SELECT
    balance.*, time_window.available_date, time_window.gone_date,
    COALESCE(product.product_type_code = 'finished', FALSE) AS is_finished,
    stated.stated_qty, planned.planned_qty,
    COALESCE(balance.unaccounted_qty = 0 AND balance.unmeasured_count = 0 AND balance.posting_count > 0, FALSE) AS is_balanced,
    COALESCE(balance.in_qty = stated.stated_qty, FALSE) AS is_confirmed, NOT overused.lot_id IS NULL AS is_overused
  FROM mart.lot_balance AS balance
  LEFT JOIN mart.lot_window AS time_window ON time_window.lot_id = balance.lot_id
  LEFT JOIN core.product AS product ON product.product_id = balance.product_id
  LEFT JOIN stated ON stated.lot_id = balance.lot_id
  LEFT JOIN planned ON planned.lot_id = balance.lot_id
  LEFT JOIN overused ON overused.lot_id = balance.lot_id
)
SELECT
  lot_id::TEXT AS lot_id,  /* Lot key '<site>:<product_code>:<lot_no>' */
  site_code::TEXT AS site_code,  /* Plant */
  product_id::TEXT AS product_id,  /* Product */
  is_finished::BOOLEAN AS is_finished,  /* Lot of a finished product: its units are what a recall counts */
  (is_balanced AND is_confirmed AND NOT is_overused)::BOOLEAN AS is_closed,  /* Balanced, its size confirmed by an inspection, and no order posted more of it than it needs: nothing left unseen */
  (is_balanced OR NOT stated_qty IS NULL OR NOT planned_qty IS NULL)::BOOLEAN AS is_size_known,  /* Its size stands on more than the postings that are left */
  available_date::DATE AS available_date,  /* Not used before this day, by its master; NULL when the master does not say */
  gone_date::DATE AS gone_date,  /* Not used after this day: stock lists no longer show it; NULL while they do or when there is none */
  unaccounted_qty::DECIMAL(18, 3) AS unaccounted_qty,  /* > 0: left without a record; < 0: came without one; NULL without a stock list */
  (in_qty - moved_on_qty)::DECIMAL(18, 3) AS known_qty,  /* By the postings: what came in and did not become another lot, base unit */
  (CASE
    WHEN is_balanced AND is_confirmed AND NOT is_overused THEN in_qty - moved_on_qty
    WHEN is_confirmed THEN GREATEST(in_qty, out_qty + COALESCE(stock_qty, 0))
    ELSE GREATEST(in_qty, out_qty + COALESCE(stock_qty, 0), COALESCE(stated_qty, 0), COALESCE(planned_qty, 0))
  END)::DECIMAL(18, 3) AS most_qty  /* The most the lot can have been by any register; of a balanced lot less what became another lot */
FROM joined
