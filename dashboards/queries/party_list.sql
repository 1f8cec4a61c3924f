-- Golden parties, every name and number they bear anywhere, and how many documents name them.
WITH document AS (
  SELECT 'supplier' AS role_code, source_system || ':' || supplier_code AS record_id, COUNT(*) AS document_count
  FROM core.purchase_order_line
  GROUP BY ALL
  UNION ALL
  SELECT 'customer', source_system || ':' || customer_code, COUNT(*)
  FROM core.shipment
  GROUP BY ALL
), alias AS (
  SELECT role_code, golden_id, STRING_AGG(alias_id, ' ' ORDER BY alias_id) AS alias_ids
  FROM core.party_alias
  GROUP BY ALL
), named AS (
  SELECT role_code, golden_id, attribute, value FROM core.party_value WHERE is_golden
)
SELECT
  golden.role_code,
  golden.golden_id,
  MAX(name.value) AS party_name,
  MAX(uscc.value) AS uscc,
  MAX(city.value) AS city_name,
  COUNT(*) AS record_count,
  COALESCE(SUM(document.document_count), 0)::BIGINT AS document_count,
  CONCAT_WS(' ', STRING_AGG(CONCAT_WS(' ', party.party_name, party.said_uscc, party.said_tax_id), ' '
    ORDER BY party.record_id), golden.golden_id, MAX(alias.alias_ids)) AS words
FROM core.party_golden AS golden
INNER JOIN core.party AS party USING (role_code, record_id)
LEFT JOIN document USING (role_code, record_id)
LEFT JOIN alias ON alias.role_code = golden.role_code AND alias.golden_id = golden.golden_id
LEFT JOIN named AS name
  ON name.role_code = golden.role_code AND name.golden_id = golden.golden_id AND name.attribute = 'name'
LEFT JOIN named AS uscc
  ON uscc.role_code = golden.role_code AND uscc.golden_id = golden.golden_id AND uscc.attribute = 'uscc'
LEFT JOIN named AS city
  ON city.role_code = golden.role_code AND city.golden_id = golden.golden_id AND city.attribute = 'city_name'
GROUP BY golden.role_code, golden.golden_id
ORDER BY document_count DESC, golden.role_code, golden.golden_id
