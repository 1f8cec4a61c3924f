-- Every bill of materials; of several versions the smallest quantity, which makes the most of a component.
SELECT parent_product_id, component_product_id, MIN(component_qty) AS component_qty
FROM core.bom
GROUP BY parent_product_id, component_product_id
ORDER BY ALL
