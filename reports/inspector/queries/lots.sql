-- Lots of a plant that were made, decided or shipped in a year, with every way they are written.
WITH touched AS (
  SELECT lot_id FROM core.lot
  WHERE site_code = $site AND year(coalesce(manufactured_date, created_date)) = $year
  UNION
  SELECT lot_id FROM core.release_decision
  WHERE site_code = $site AND year(decided_at AT TIME ZONE $zone) = $year
  UNION
  SELECT lot_id FROM core.shipment WHERE site_code = $site AND year(shipped_date) = $year
), written AS (
  SELECT crosswalk.lot_id, string_agg(DISTINCT spelling.lot_text, ' ' ORDER BY spelling.lot_text) AS texts
  FROM core.lot_spelling AS spelling
  JOIN core.lot_crosswalk AS crosswalk ON crosswalk.spelling_id = spelling.spelling_id
  WHERE crosswalk.lot_id IS NOT NULL
  GROUP BY crosswalk.lot_id
)
SELECT
  lot.lot_id, lot.lot_no, lot.product_code, product.product_name_zh, product.product_name_en,
  product.product_type_code, lot.lot_kind_code, lot.manufactured_date, lot.expiry_date,
  decision.decision_code, CAST(decision.decided_at AT TIME ZONE $zone AS DATE) AS decided_date,
  decision.decided_by, lot.supplier_lot_no, coalesce(written.texts, '') AS spellings
FROM touched
JOIN core.lot AS lot ON lot.lot_id = touched.lot_id
LEFT JOIN core.product AS product ON product.product_id = lot.product_id
LEFT JOIN core.release_decision AS decision ON decision.lot_id = touched.lot_id
LEFT JOIN written ON written.lot_id = touched.lot_id
WHERE lot.site_code = $site
ORDER BY lot.lot_id
