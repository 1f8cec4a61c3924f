-- What each lot went through, as (lot, kind, value, first day, last day) on the calendar of its plant.
WITH operation AS (
  SELECT
    event.lot_id, event.equipment_id, event.operator_id,
    CAST(TIMEZONE(site.zone_name, event.started_at) AS DATE) AS first_date,
    CAST(TIMEZONE(site.zone_name, COALESCE(event.ended_at, event.started_at)) AS DATE) AS last_date
  FROM core.operation_event AS event
  LEFT JOIN core.site AS site USING (site_code)
  WHERE event.lot_id IN (SELECT UNNEST($lot_ids::TEXT[]))
), sterilised AS (
  SELECT
    run.lot_id, run.sterilisation_lot_no, run.equipment_id,
    CAST(TIMEZONE(site.zone_name, run.started_at) AS DATE) AS first_date,
    CAST(TIMEZONE(site.zone_name, COALESCE(run.ended_at, run.started_at)) AS DATE) AS last_date
  FROM core.sterilisation AS run
  LEFT JOIN core.site AS site USING (site_code)
  WHERE run.lot_id IN (SELECT UNNEST($lot_ids::TEXT[]))
), posted AS (
  SELECT lot_id, posting_date
  FROM core.movement
  WHERE lot_id IN (SELECT UNNEST($lot_ids::TEXT[]))
    AND movement_class_code IN ('production', 'byproduct', 'rework_in', 'rework_out', 'receipt')
), fact AS (
  SELECT lot_id, 'equipment' AS kind, equipment_id AS value, first_date, last_date FROM operation
  UNION ALL SELECT lot_id, 'equipment', equipment_id, first_date, last_date FROM sterilised
  UNION ALL SELECT lot_id, 'operator', operator_id, first_date, last_date FROM operation
  UNION ALL SELECT lot_id, 'sterilisation', sterilisation_lot_no, first_date, last_date FROM sterilised
  UNION ALL SELECT lot_id, 'date', 'worked', first_date, last_date FROM operation
  UNION ALL SELECT lot_id, 'date', 'posted', posting_date, posting_date FROM posted
)
SELECT lot_id, kind, value, MIN(first_date) AS first_date, MAX(last_date) AS last_date
FROM fact
WHERE value IS NOT NULL
GROUP BY lot_id, kind, value
ORDER BY lot_id, kind, value
