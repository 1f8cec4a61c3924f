-- Device identifiers at every level of the products of a plant.
SELECT di, level_code, product_code FROM core.udi_di
WHERE site_code = $site AND source_system = 'udi' ORDER BY ALL
