-- Nonconformities and complaints on the lot, deviations on its orders; days on the clock of the plant.
WITH lot_order AS (
  SELECT order_id FROM core.production_order WHERE lot_id = $lot_id
  UNION
  SELECT order_id FROM core.movement WHERE lot_id = $lot_id AND movement_class_code IN ('production', 'rework_out')
), event AS (
  SELECT
    'ncr' AS kind, ncr_no AS event_no, CAST(TIMEZONE(COALESCE(zone_name, 'UTC'), opened_at) AS DATE) AS opened_date,
    severity_code, disposition_code, CAST(TIMEZONE(COALESCE(zone_name, 'UTC'), closed_at) AS DATE) AS closed_date
  FROM core.ncr
  LEFT JOIN core.site USING (site_code)
  WHERE lot_id = $lot_id
  UNION ALL
  SELECT 'complaint', complaint_no, received_date, CASE WHEN is_reportable THEN 'reportable' END, NULL, closed_date
  FROM core.complaint
  WHERE lot_id = $lot_id
  UNION ALL
  SELECT
    'deviation', deviation_no, CAST(TIMEZONE(COALESCE(zone_name, 'UTC'), opened_at) AS DATE), severity_code, NULL,
    CAST(TIMEZONE(COALESCE(zone_name, 'UTC'), closed_at) AS DATE)
  FROM core.deviation
  LEFT JOIN core.site USING (site_code)
  WHERE order_id IN (SELECT order_id FROM lot_order WHERE order_id IS NOT NULL)
)
SELECT * FROM event ORDER BY opened_date, kind, event_no
