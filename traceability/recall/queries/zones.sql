-- The zone of each plant.
SELECT site_code, zone_name FROM core.site ORDER BY site_code
