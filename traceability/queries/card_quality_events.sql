-- Nonconformities and complaints on lots, deviations on their orders; days on the clock of the plant.
WITH lot_order AS (
  SELECT lot_id AS of_lot_id, order_id FROM core.production_order WHERE lot_id IN (SELECT UNNEST($lot_ids))
  UNION
  SELECT lot_id, order_id
  FROM core.movement
  WHERE lot_id IN (SELECT UNNEST($lot_ids)) AND movement_class_code IN ('production', 'rework_out')
), event AS (
  SELECT
    lot_id AS of_lot_id, 'ncr' AS kind, ncr_no AS event_no,
    CAST(TIMEZONE(COALESCE(zone_name, 'UTC'), opened_at) AS DATE) AS opened_date,
    severity_code, disposition_code, CAST(TIMEZONE(COALESCE(zone_name, 'UTC'), closed_at) AS DATE) AS closed_date
  FROM core.ncr
  LEFT JOIN core.site USING (site_code)
  WHERE lot_id IN (SELECT UNNEST($lot_ids))
  UNION ALL
  SELECT lot_id, 'complaint', complaint_no, received_date, CASE WHEN is_reportable THEN 'reportable' END, NULL, closed_date
  FROM core.complaint
  WHERE lot_id IN (SELECT UNNEST($lot_ids))
  UNION ALL
  SELECT
    lot_order.of_lot_id, 'deviation', deviation_no, CAST(TIMEZONE(COALESCE(zone_name, 'UTC'), opened_at) AS DATE),
    severity_code, NULL, CAST(TIMEZONE(COALESCE(zone_name, 'UTC'), closed_at) AS DATE)
  FROM core.deviation
  JOIN lot_order USING (order_id)
  LEFT JOIN core.site USING (site_code)
)
SELECT * FROM event ORDER BY opened_date, kind, event_no, of_lot_id
