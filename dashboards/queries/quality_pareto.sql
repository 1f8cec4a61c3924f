-- How often, by what: nonconformities by product, disposition, severity or supplier; CAPAs by root cause; values outside
-- their specification by characteristic or machine.
WITH counted AS (
  SELECT
    CASE $by
      WHEN 'product' THEN product_id WHEN 'disposition' THEN COALESCE(disposition_code, 'undecided')
      WHEN 'severity' THEN severity_code WHEN 'supplier' THEN supplier_id
    END AS label
  FROM mart.quality_record
  WHERE kind_code = 'ncr' AND site_code = ANY ($sites) AND opened_date BETWEEN $first AND $last
    AND $by IN ('product', 'disposition', 'severity', 'supplier')
  UNION ALL
  SELECT cause_name
  FROM mart.quality_record
  WHERE kind_code = 'capa' AND $by = 'cause' AND site_code = ANY ($sites) AND opened_date BETWEEN $first AND $last
  UNION ALL
  SELECT CASE $by WHEN 'characteristic' THEN characteristic_name ELSE equipment_id END
  FROM mart.spc_value
  WHERE $by IN ('characteristic', 'machine') AND site_code = ANY ($sites) AND measured_at::DATE BETWEEN $first AND $last
    AND (value < lower_limit OR value > upper_limit)
), grouped AS (
  SELECT label, COUNT(*) AS record_count
  FROM counted
  GROUP BY label
)
SELECT
  grouped.label, COALESCE(product.product_name_zh, supplier.supplier_name) AS name_zh,
  COALESCE(product.product_name_en, product.product_name_zh, supplier.supplier_name) AS name_en,
  grouped.record_count
FROM grouped
LEFT JOIN core.product AS product ON $by = 'product' AND product.product_id = grouped.label
LEFT JOIN core.supplier AS supplier ON $by = 'supplier' AND supplier.supplier_id = grouped.label
ORDER BY grouped.record_count DESC, grouped.label NULLS LAST
