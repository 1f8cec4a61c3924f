-- Findings by rule and what was done.
SELECT layer_code, rule_id, action, COUNT(*) AS finding_count, COUNT(DISTINCT source_table) AS table_count
FROM mart.finding
GROUP BY layer_code, rule_id, action
ORDER BY finding_count DESC, rule_id, action, layer_code
