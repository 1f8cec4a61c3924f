-- A plant and its clock.
SELECT site_code, site_name_zh, site_name_en, zone_name FROM core.site WHERE site_code = $site
