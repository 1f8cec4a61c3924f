SELECT rule_id, action, count(*) AS finding_count
FROM mart.finding
GROUP BY ALL
ORDER BY finding_count DESC, rule_id
