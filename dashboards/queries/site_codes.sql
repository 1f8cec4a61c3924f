-- Plants of the release.
SELECT site_code FROM core.site ORDER BY site_code
