-- Serial numbers of a plant, with their lot.
SELECT serial_no, coalesce(lot_id, '') AS lot_id, coalesce(di, '') AS di, coalesce(delivery_no, '') AS delivery_no
FROM core.serial WHERE site_code = $site ORDER BY ALL
