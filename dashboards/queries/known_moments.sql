-- Moments at which something became known: the last load of each minute.
SELECT MAX(loaded_at) AS moment
FROM mart.file
WHERE status = 'loaded'
GROUP BY DATE_TRUNC('minute', loaded_at)
ORDER BY moment
