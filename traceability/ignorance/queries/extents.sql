-- How much some lots were and when they can have been used.
SELECT
  lot_id, site_code, product_id, is_finished, is_closed, available_date, gone_date, unaccounted_qty, known_qty, most_qty
FROM mart.lot_extent
WHERE lot_id IN (SELECT UNNEST($lot_ids))
ORDER BY lot_id
