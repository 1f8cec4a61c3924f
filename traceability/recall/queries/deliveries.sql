-- Deliveries of the lots: what the delivery document says beside what the goods issue and the returns say.
WITH known_file AS (
  SELECT DISTINCT source_table, file_sha256
  FROM mart.file
  WHERE status = 'loaded' AND loaded_at <= $known_by::TIMESTAMPTZ
), document AS (
  SELECT
    source_system, site_code, lot_id, COALESCE(delivery_no, '') AS delivery_no, MIN(customer_code) AS customer_code,
    MIN(shipped_date) AS shipped_date,
    CASE WHEN COUNT(base_qty) = COUNT(*) THEN SUM(base_qty) END AS document_qty
  FROM core.shipment
  WHERE lot_id IN (SELECT UNNEST($lot_ids::TEXT[]))
    AND ($known_by::TIMESTAMPTZ IS NULL OR (_source_table, _file_sha256) IN (SELECT (source_table, file_sha256) FROM known_file))
  GROUP BY ALL
), posting AS (
  SELECT * FROM core.movement
  WHERE movement_class_code IN ('shipment', 'customer_return') AND lot_id IN (SELECT UNNEST($lot_ids::TEXT[]))
    AND ($known_by::TIMESTAMPTZ IS NULL OR (_source_table, _file_sha256) IN (SELECT (source_table, file_sha256) FROM known_file))
), goods_issue AS (
  -- A posting whose delivery number is missing stands for itself, so that two customers never become one.
  SELECT
    source_system, site_code, lot_id, COALESCE(delivery_no, '') AS delivery_no, MIN(customer_code) AS customer_code,
    MIN(posting_date) FILTER (WHERE movement_class_code = 'shipment') AS shipped_date,
    CASE WHEN COUNT(base_qty) = COUNT(*) THEN -SUM(base_qty) FILTER (WHERE movement_class_code = 'shipment') END AS issued_qty,
    COALESCE(SUM(base_qty) FILTER (WHERE movement_class_code = 'customer_return'), 0) AS returned_qty
  FROM posting
  GROUP BY source_system, site_code, lot_id, COALESCE(delivery_no, ''), CASE WHEN delivery_no IS NULL THEN customer_code END
), sent AS (
  SELECT
    COALESCE(document.lot_id, goods_issue.lot_id) AS lot_id,
    COALESCE(document.source_system, goods_issue.source_system) AS source_system,
    COALESCE(document.site_code, goods_issue.site_code) AS site_code,
    COALESCE(document.customer_code, goods_issue.customer_code) AS customer_code,
    NULLIF(COALESCE(document.delivery_no, goods_issue.delivery_no), '') AS delivery_no,
    COALESCE(document.shipped_date, goods_issue.shipped_date) AS shipped_date,
    document.document_qty,
    goods_issue.issued_qty,
    COALESCE(goods_issue.returned_qty, 0) AS returned_qty,
    CASE WHEN document.lot_id IS NULL THEN 'goods_issue' WHEN goods_issue.lot_id IS NULL THEN 'document' ELSE 'both' END AS evidence_code
  FROM document
  FULL JOIN goods_issue
    ON goods_issue.source_system = document.source_system AND goods_issue.lot_id = document.lot_id
    AND goods_issue.delivery_no = document.delivery_no AND document.delivery_no <> ''
), serial_count AS (
  SELECT lot_id, delivery_no, COUNT(*) AS serial_count
  FROM core.serial
  WHERE lot_id IN (SELECT UNNEST($lot_ids::TEXT[])) AND delivery_no IS NOT NULL
    AND ($known_by::TIMESTAMPTZ IS NULL OR (_source_table, _file_sha256) IN (SELECT (source_table, file_sha256) FROM known_file))
  GROUP BY lot_id, delivery_no
)
SELECT
  sent.lot_id,
  COALESCE(crosswalk.customer_id, sent.source_system || ':' || sent.customer_code, 'unknown') AS consignee_id,
  sent.site_code,
  sent.customer_code,
  sent.delivery_no,
  sent.shipped_date,
  sent.document_qty,
  sent.issued_qty,
  sent.returned_qty,
  GREATEST(sent.document_qty, sent.issued_qty) AS qty,
  GREATEST(sent.document_qty, sent.issued_qty) - sent.returned_qty AS held_qty,
  COALESCE(serial_count.serial_count, 0) AS serial_count,
  sent.evidence_code
FROM sent
LEFT JOIN core.customer_crosswalk AS crosswalk
  ON crosswalk.source_system = sent.source_system AND crosswalk.customer_code = sent.customer_code
LEFT JOIN serial_count ON serial_count.lot_id = sent.lot_id AND serial_count.delivery_no = sent.delivery_no
ORDER BY consignee_id, sent.shipped_date, sent.delivery_no, sent.lot_id, sent.customer_code
