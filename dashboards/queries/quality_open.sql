-- Every open quality record with its age and delay, and every one whose dates contradict each other.
SELECT
  record.kind_code, record.record_no, record.site_code, record.severity_code, record.product_id, product.product_name_zh,
  product.product_name_en, record.lot_id, record.cause_name, record.opened_date, record.due_date, record.due_basis_code,
  rule.title_zh AS rule_zh, rule.title_en AS rule_en, record.age_days, record.overdue_days,
  COALESCE(record.is_contradictory, FALSE) AS is_contradictory
FROM mart.quality_record AS record
LEFT JOIN core.product AS product ON product.product_id = record.product_id
LEFT JOIN mart.quality_due_rule AS rule ON rule.rule_id = record.due_basis_code
WHERE record.is_open OR record.is_contradictory
ORDER BY record.overdue_days DESC NULLS LAST, record.age_days DESC, record.record_no
