MODEL (
  name mart.lot_window,
  kind FULL,
  owner quality,
  grain (lot_id),
  description 'Between which days a lot can have been used: not before its master knows it, not after the stock list that no longer shows it.',
  tags (mart, trace),
  audits (not_null(columns := (lot_id)), unique_values(columns := (lot_id)))
);

WITH listed AS (
  SELECT lot_id, MAX(snapshot_date) AS last_listed_date
  FROM core.stock
  WHERE stock_qty + quality_qty + blocked_qty > 0
  GROUP BY lot_id
), posted AS (
  SELECT lot_id, MAX(posting_date) AS last_date FROM core.movement GROUP BY lot_id
), list_day AS (
  SELECT DISTINCT site_code, snapshot_date FROM core.stock
), gone AS (
  -- The first stock list that no longer shows the lot, counted from the last one that did or from its last posting.
  SELECT lot.lot_id, MIN(list_day.snapshot_date) AS gone_date
  FROM core.lot AS lot
  LEFT JOIN listed ON listed.lot_id = lot.lot_id
  LEFT JOIN posted ON posted.lot_id = lot.lot_id
  INNER JOIN list_day
    ON list_day.site_code = lot.site_code
    AND list_day.snapshot_date >= COALESCE(posted.last_date, listed.last_listed_date)
    AND list_day.snapshot_date > COALESCE(listed.last_listed_date, DATE '0001-01-01')
  GROUP BY lot.lot_id
)
SELECT
  lot.lot_id::TEXT AS lot_id,  /* Lot key '<site>:<product_code>:<lot_no>' */
  LEAST(lot.manufactured_date, lot.created_date)::DATE AS available_date,  /* Not used before this day; NULL when the master does not say */
  gone.gone_date::DATE AS gone_date  /* Not used after this day: the stock list no longer shows it; NULL while one does or there is none */
FROM core.lot AS lot
LEFT JOIN gone ON gone.lot_id = lot.lot_id
