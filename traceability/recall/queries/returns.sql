-- Every posting by which a customer sent goods of the lots back, reversals included.
SELECT
  movement.lot_id,
  COALESCE(
    crosswalk.customer_id, movement.source_system || ':' || movement.customer_code, 'unknown'
  ) AS consignee_id,
  movement.document_no,
  movement.delivery_no,
  movement.posting_date,
  movement.base_qty AS qty
FROM core.movement AS movement
LEFT JOIN core.customer_crosswalk AS crosswalk
  ON crosswalk.source_system = movement.source_system AND crosswalk.customer_code = movement.customer_code
WHERE movement.movement_class_code = 'customer_return' AND movement.lot_id IN (SELECT UNNEST($lot_ids::TEXT[]))
  AND ($known_by::TIMESTAMPTZ IS NULL OR EXISTS (
    SELECT 1 FROM mart.file AS file
    WHERE file.source_table = movement._source_table AND file.file_sha256 = movement._file_sha256
      AND file.status = 'loaded' AND file.loaded_at <= $known_by::TIMESTAMPTZ
  ))
ORDER BY movement.posting_date, movement.document_no, movement.movement_id
