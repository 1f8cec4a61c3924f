-- What happened to a lot, by day on the calendar of its plant.
WITH place AS (
  SELECT COALESCE(MIN(site.zone_name), 'UTC') AS zone_name
  FROM core.site AS site
  WHERE site.site_code = SPLIT_PART($lot_id, ':', 1)
), own_order AS (
  SELECT DISTINCT order_id
  FROM core.movement
  WHERE lot_id = $lot_id AND movement_class_code IN ('production', 'byproduct', 'rework_out') AND order_id IS NOT NULL
), happened AS (
  SELECT
    CASE movement_class_code
      WHEN 'receipt' THEN 'received' WHEN 'production' THEN 'made' WHEN 'byproduct' THEN 'made' WHEN 'rework_out' THEN 'made'
      WHEN 'shipment' THEN 'shipped' WHEN 'customer_return' THEN 'returned' WHEN 'scrap' THEN 'scrapped'
      WHEN 'relabel' THEN 'relabelled' WHEN 'return_to_supplier' THEN 'sent_back'
      WHEN 'consumption' THEN 'used' WHEN 'subcontract' THEN 'used' WHEN 'rework_in' THEN 'used'
    END AS kind,
    posting_date AS day, ABS(base_qty) AS qty, document_no AS told
  FROM core.movement
  WHERE (lot_id = $lot_id OR to_lot_id = $lot_id) AND NOT is_net_zero AND NOT is_reversal
  UNION ALL
  SELECT 'consumed', posting_date, NULL, lot_id
  FROM core.movement
  WHERE order_id IN (SELECT order_id FROM own_order) AND movement_class_code = 'consumption' AND NOT is_net_zero AND NOT is_reversal
  UNION ALL
  SELECT 'worked', CAST(TIMEZONE(place.zone_name, started_at) AS DATE), good_qty, COALESCE(operation_name, operation_code)
  FROM core.operation_event, place
  WHERE lot_id = $lot_id
  UNION ALL
  SELECT 'sterilised', CAST(TIMEZONE(place.zone_name, started_at) AS DATE), qty, sterilisation_lot_no
  FROM core.sterilisation, place
  WHERE lot_id = $lot_id
  UNION ALL
  SELECT 'inspected', COALESCE(CAST(TIMEZONE(place.zone_name, decided_at) AS DATE), created_date), lot_qty, inspection_no
  FROM core.inspection, place
  WHERE lot_id = $lot_id
  UNION ALL
  SELECT 'decided', CAST(TIMEZONE(place.zone_name, decided_at) AS DATE), NULL, inspection_no
  FROM core.release_decision, place
  WHERE lot_id = $lot_id
  UNION ALL
  SELECT 'nonconforming', CAST(TIMEZONE(place.zone_name, opened_at) AS DATE), qty, ncr_no
  FROM core.ncr, place
  WHERE lot_id = $lot_id
  UNION ALL
  SELECT 'complained', received_date, NULL, complaint_no
  FROM core.complaint
  WHERE lot_id = $lot_id
)
SELECT
  kind,
  day,
  SUM(qty)::DECIMAL(18, 3) AS qty,
  COUNT(*)::BIGINT AS event_count,
  COALESCE(LIST(DISTINCT told ORDER BY told) FILTER (WHERE told IS NOT NULL), [])[:4] AS told
FROM happened
WHERE kind IS NOT NULL AND day IS NOT NULL
GROUP BY kind, day
ORDER BY day, kind
