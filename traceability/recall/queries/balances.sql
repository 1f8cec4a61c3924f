-- Where the quantity of each lot is, from the postings known by $known_by and the newest stock snapshot known by then.
WITH wanted AS (
  SELECT UNNEST($lot_ids::TEXT[]) AS lot_id
), known_file AS (
  SELECT DISTINCT source_table, file_sha256
  FROM mart.file
  WHERE status = 'loaded' AND loaded_at <= $known_by::TIMESTAMPTZ
), known_movement AS (
  SELECT lot_id, to_lot_id, movement_class_code, is_reversal, base_qty
  FROM core.movement
  WHERE (lot_id IN (SELECT lot_id FROM wanted) OR to_lot_id IN (SELECT lot_id FROM wanted))
    AND ($known_by::TIMESTAMPTZ IS NULL OR (_source_table, _file_sha256) IN (SELECT (source_table, file_sha256) FROM known_file))
), sided AS (
  SELECT
    lot_id,
    CASE
      WHEN movement_class_code IN ('production', 'byproduct') THEN 'made'
      WHEN movement_class_code IN ('rework_in', 'rework_out') AND (base_qty > 0) <> is_reversal THEN 'made'
      WHEN movement_class_code IN ('consumption', 'rework_in', 'rework_out', 'relabel') THEN 'consumed'
      ELSE movement_class_code
    END AS side_code,
    base_qty
  FROM known_movement
  UNION ALL
  SELECT to_lot_id, 'made', -base_qty FROM known_movement WHERE movement_class_code = 'relabel'
), moved AS (
  SELECT
    lot_id,
    COALESCE(SUM(base_qty) FILTER (WHERE side_code = 'made'), 0) AS made_qty,
    COALESCE(SUM(base_qty) FILTER (WHERE side_code = 'receipt'), 0) AS received_qty,
    COALESCE(SUM(base_qty) FILTER (WHERE side_code = 'count'), 0) AS counted_qty,
    COALESCE(-SUM(base_qty) FILTER (WHERE side_code = 'consumed'), 0) AS consumed_qty,
    COALESCE(-SUM(base_qty) FILTER (WHERE side_code = 'shipment'), 0) AS shipped_qty,
    COALESCE(SUM(base_qty) FILTER (WHERE side_code = 'customer_return'), 0) AS returned_qty,
    COALESCE(-SUM(base_qty) FILTER (WHERE side_code = 'scrap'), 0) AS scrapped_qty,
    COALESCE(-SUM(base_qty) FILTER (WHERE side_code = 'sample'), 0) AS sampled_qty,
    COALESCE(-SUM(base_qty) FILTER (WHERE side_code = 'return_to_supplier'), 0) AS sent_back_qty,
    COUNT(*) FILTER (WHERE base_qty IS NULL) AS unconverted_count
  FROM sided
  GROUP BY lot_id
), stocked AS (
  SELECT
    UNNEST($stock_lot_ids::TEXT[]) AS lot_id,
    UNNEST($stock_qtys::DECIMAL(18, 3)[]) AS stock_qty
)
SELECT
  wanted.lot_id,
  COALESCE(moved.made_qty, 0) AS made_qty,
  COALESCE(moved.received_qty, 0) AS received_qty,
  COALESCE(moved.counted_qty, 0) AS counted_qty,
  COALESCE(moved.consumed_qty, 0) AS consumed_qty,
  COALESCE(moved.shipped_qty, 0) AS shipped_qty,
  COALESCE(moved.returned_qty, 0) AS returned_qty,
  COALESCE(moved.scrapped_qty, 0) AS scrapped_qty,
  COALESCE(moved.sampled_qty, 0) AS sampled_qty,
  COALESCE(moved.sent_back_qty, 0) AS sent_back_qty,
  COALESCE(stocked.stock_qty, 0) AS stock_qty,
  COALESCE(moved.made_qty + moved.received_qty + moved.counted_qty, 0)
    - COALESCE(
      moved.consumed_qty + moved.shipped_qty - moved.returned_qty + moved.scrapped_qty + moved.sampled_qty
        + moved.sent_back_qty, 0
    ) - COALESCE(stocked.stock_qty, 0) AS unknown_qty,
  COALESCE(moved.unconverted_count, 0) AS unconverted_count
FROM wanted
LEFT JOIN moved USING (lot_id)
LEFT JOIN stocked USING (lot_id)
ORDER BY wanted.lot_id
