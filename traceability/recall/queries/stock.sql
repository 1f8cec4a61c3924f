-- Stock by location: per plant the newest snapshot known by $known_by.
WITH known_file AS (
  SELECT DISTINCT source_table, file_sha256
  FROM mart.file
  WHERE status = 'loaded' AND loaded_at <= $known_by::TIMESTAMPTZ
), known_stock AS (
  SELECT * FROM core.stock
  WHERE $known_by::TIMESTAMPTZ IS NULL
    OR (_source_table, _file_sha256) IN (SELECT (source_table, file_sha256) FROM known_file)
), newest AS (
  SELECT site_code, MAX(snapshot_date) AS snapshot_date FROM known_stock GROUP BY site_code
)
SELECT
  stock.lot_id,
  stock.site_code,
  stock.storage_location_code,
  SUM(stock.stock_qty) AS stock_qty,
  SUM(stock.quality_qty) AS quality_qty,
  SUM(stock.blocked_qty) AS blocked_qty,
  stock.snapshot_date
FROM known_stock AS stock
JOIN newest USING (site_code, snapshot_date)
WHERE stock.lot_id IN (SELECT UNNEST($lot_ids::TEXT[]))
GROUP BY stock.lot_id, stock.site_code, stock.storage_location_code, stock.snapshot_date
HAVING SUM(stock.stock_qty + stock.quality_qty + stock.blocked_qty) <> 0
ORDER BY stock.lot_id, stock.storage_location_code
