-- Machines and people that worked on lots, for choosing.
WITH worked AS (
  SELECT equipment_id, operator_id FROM core.operation_event
  UNION ALL
  SELECT equipment_id, NULL FROM core.sterilisation
), named AS (
  SELECT equipment_id, MIN(equipment_name_zh) AS name_zh, MIN(equipment_name_en) AS name_en
  FROM core.equipment
  GROUP BY equipment_id
)
SELECT 'equipment' AS kind, worked.equipment_id AS code, MIN(named.name_zh) AS name_zh, MIN(named.name_en) AS name_en
FROM worked
LEFT JOIN named USING (equipment_id)
WHERE worked.equipment_id IS NOT NULL
GROUP BY worked.equipment_id
UNION ALL
SELECT DISTINCT 'operator', operator_id, NULL, NULL
FROM worked
WHERE operator_id IS NOT NULL
ORDER BY kind, code
