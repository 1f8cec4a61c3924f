-- How spellings of lots were joined: by rule, or not at all.
WITH told AS (
  SELECT COALESCE(match_rule_code, status_code) AS how_code, record_count FROM core.lot_crosswalk
)
SELECT how_code, COUNT(*) AS spelling_count, SUM(record_count)::BIGINT AS record_count
FROM told
GROUP BY how_code
ORDER BY ARRAY_POSITION(['unresolved', 'ambiguous'], how_code) NULLS LAST, spelling_count DESC, how_code
