-- Who is registered for some devices, as declared, else as published.
SELECT DISTINCT primary_di AS di, registrant_name
FROM core.udi_record
WHERE primary_di IN (SELECT UNNEST($dis)) AND registrant_name IS NOT NULL
QUALIFY ROW_NUMBER() OVER (PARTITION BY primary_di ORDER BY register_code, record_id) = 1
ORDER BY di
