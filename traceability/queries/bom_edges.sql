-- Component → product of the bills valid on $on (the newest where it is NULL), as edges of an index.
SELECT
  component_product_id AS from_node_id,
  parent_product_id AS to_node_id,
  'product' AS from_kind_code,
  'product' AS to_kind_code,
  'BOM' AS edge_type_code,
  'EXACT' AS precision_code,
  component_qty AS qty,
  valid_from_date AS first_date,
  NULL::DATE AS last_date,
  NULL::TIMESTAMPTZ AS known_at
FROM core.bom
WHERE $on::DATE IS NULL OR valid_from_date IS NULL OR valid_from_date <= $on::DATE
QUALIFY
  ROW_NUMBER() OVER (
    PARTITION BY parent_product_id, component_product_id ORDER BY valid_from_date DESC NULLS LAST
  ) = 1
ORDER BY parent_product_id, component_product_id
