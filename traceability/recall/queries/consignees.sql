-- Who the consignees are, with every number under which a system knows them.
WITH wanted AS (
  SELECT UNNEST($consignee_ids::TEXT[]) AS consignee_id
), code AS (
  SELECT customer_id, LIST(source_system || ':' || customer_code ORDER BY source_system, customer_code) AS customer_codes
  FROM core.customer_crosswalk
  GROUP BY customer_id
)
SELECT
  wanted.consignee_id,
  customer.customer_name,
  customer.uscc,
  customer.country_code,
  customer.city_name,
  CASE WHEN wanted.consignee_id = 'unknown' THEN [] ELSE COALESCE(code.customer_codes, [wanted.consignee_id]) END AS customer_codes
FROM wanted
LEFT JOIN core.customer AS customer ON customer.customer_id = wanted.consignee_id
LEFT JOIN code ON code.customer_id = wanted.consignee_id
ORDER BY wanted.consignee_id
