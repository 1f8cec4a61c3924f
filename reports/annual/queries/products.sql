-- Registered devices that the plant made in the year, with lots and what was decided of them.
SELECT di.registration_no, min(di.risk_class_code) AS risk_class_code, product.product_code,
  concat_ws(' | ', product.product_name_zh, product.product_name_en) AS product_name, product.spec_name,
  count(DISTINCT lot.lot_id) AS made_lots,
  count(DISTINCT lot.lot_id) FILTER (decision.decision_code = 'accepted') AS accepted_lots,
  count(DISTINCT lot.lot_id) FILTER (decision.decision_code = 'concession') AS concession_lots,
  count(DISTINCT lot.lot_id) FILTER (decision.decision_code = 'rejected') AS rejected_lots,
  count(DISTINCT lot.lot_id) FILTER (decision.decision_code IS NULL) AS undecided_lots
FROM core.lot AS lot
JOIN core.product AS product ON product.product_id = lot.product_id
LEFT JOIN core.udi_di AS di
  ON di.product_id = lot.product_id AND di.level_code = 'primary' AND di.source_system = 'udi'
LEFT JOIN core.release_decision AS decision ON decision.lot_id = lot.lot_id
WHERE lot.site_code = $site AND lot.lot_kind_code = 'produced' AND year(lot.manufactured_date) = $year
  AND product.product_type_code = 'finished'
GROUP BY ALL
ORDER BY di.registration_no NULLS LAST, product.product_code
