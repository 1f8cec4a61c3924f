-- The parts of a KPI in the months asked for, by each kind of member it is kept by, with the member's name.
WITH part AS (
  SELECT * FROM mart.kpi_part WHERE kpi_code = $kpi AND month BETWEEN $first AND $last
), member AS (
  SELECT 'product' AS kind_code, product_id AS member_id, site_code, month, numerator, denominator, value
  FROM part WHERE kept_by_code IN ('product', 'operation')
  UNION ALL SELECT 'operation', operation_code, site_code, month, numerator, denominator, value
  FROM part WHERE kept_by_code = 'operation'
  UNION ALL SELECT 'equipment', equipment_id, site_code, month, numerator, denominator, value
  FROM part WHERE kept_by_code = 'equipment'
  UNION ALL SELECT 'supplier', supplier_id, site_code, month, numerator, denominator, value
  FROM part WHERE kept_by_code = 'supplier'
)
SELECT
  kind_code,
  member_id,
  COALESCE(product_code, member_id) AS member_code,
  COALESCE(product_name_zh, equipment_name_zh, supplier_name, '') AS name_zh,
  COALESCE(product_name_en, equipment_name_en, supplier_name, product_name_zh, equipment_name_zh, '') AS name_en,
  member.site_code,
  member.month,
  member.numerator,
  member.denominator,
  member.value
FROM member
LEFT JOIN core.product ON kind_code = 'product' AND product_id = member_id
LEFT JOIN core.equipment ON kind_code = 'equipment' AND equipment.equipment_id = member_id
LEFT JOIN core.supplier ON kind_code = 'supplier' AND supplier.supplier_id = member_id
ORDER BY kind_code, member_id, member.site_code, member.month
