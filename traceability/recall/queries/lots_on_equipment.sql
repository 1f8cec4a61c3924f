-- Lots that a machine worked on in a span of days, on the calendar of its plant.
WITH worked AS (
  SELECT lot_id, site_code, started_at, ended_at
  FROM core.operation_event
  WHERE UPPER(equipment_id) = UPPER($equipment_id)
  UNION ALL
  SELECT lot_id, site_code, started_at, ended_at
  FROM core.sterilisation
  WHERE UPPER(equipment_id) = UPPER($equipment_id)
)
SELECT DISTINCT worked.lot_id
FROM worked
LEFT JOIN core.site AS site USING (site_code)
WHERE worked.lot_id IS NOT NULL
  AND CAST(TIMEZONE(COALESCE(site.zone_name, 'UTC'), worked.started_at) AS DATE) <= $last
  AND CAST(TIMEZONE(COALESCE(site.zone_name, 'UTC'), COALESCE(worked.ended_at, worked.started_at)) AS DATE) >= $first
ORDER BY worked.lot_id
