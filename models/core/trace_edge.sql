MODEL (
  name core.trace_edge,
  kind FULL,
  owner quality,
  grain (edge_id),
  description 'The genealogy of today, from the supplier''s lot to the customer: which lot, serial, handling unit or delivery went into which. Net of reversals; the records behind an edge stand in core.trace_evidence, what was known earlier in core.trace_edge_version.',
  tags (core),
  audits (not_null(columns := (edge_id, from_node_id, to_node_id, qty, known_at)), unique_values(columns := (edge_id)))
);

WITH today AS (
  SELECT * FROM core.trace_edge_version WHERE known_until IS NULL
), first_known AS (
  SELECT edge_id, MIN(known_at) AS known_at FROM core.trace_edge_version GROUP BY edge_id
), moved AS (
  -- One lot into several is a split, several into one a merge.
  SELECT
    edge_id,
    COUNT(*) OVER (PARTITION BY from_node_id) AS target_count,
    COUNT(*) OVER (PARTITION BY to_node_id) AS origin_count
  FROM today
  WHERE edge_type_code = 'RELABEL'
)
SELECT
  today.edge_id::TEXT AS edge_id,  /* type, order, from and to in one text; splits and merges are posted as RELABEL */
  (CASE
    WHEN moved.origin_count > 1 THEN 'MERGE' WHEN moved.target_count > 1 THEN 'SPLIT' ELSE today.edge_type_code
  END)::TEXT AS edge_type_code,  /* CONSUME, REWORK, RELABEL, SPLIT, MERGE, SUBCONTRACT, STERILISE, SERIALISE, PACK, SHIP, DELIVER or RETURN */
  today.from_node_id::TEXT AS from_node_id,  /* Lot key, 'serial:<product_id>:<serial>', 'hu:<sscc>', 'delivery:<site>:<number>' or 'sterilisation:<site>:<run>' */
  today.to_node_id::TEXT AS to_node_id,  /* Lot key, serial, handling unit, delivery, 'customer:<system>:<code>' or 'return:<site>:<document>' */
  today.from_kind_code::TEXT AS from_kind_code,  /* lot, serial, handling_unit, delivery or sterilisation */
  today.to_kind_code::TEXT AS to_kind_code,  /* lot, serial, handling_unit, delivery, customer or return */
  today.site_code::TEXT AS site_code,  /* Plant: A, B, C; G for public registers */
  today.order_id::TEXT AS order_id,  /* Order that joins the nodes, if any */
  today.qty::DECIMAL(18, 3) AS qty,  /* Net quantity: base unit of a lot, pieces of serials and handling units, lines of a delivery; 0 where the document states none */
  COALESCE(product.base_uom_code, 'C62')::TEXT AS uom_code,  /* Unit of the quantity, UN/ECE Rec 20 */
  today.first_date::DATE AS first_date,  /* First posting or document: start of valid time */
  today.last_date::DATE AS last_date,  /* Last posting or document */
  first_known.known_at::TIMESTAMPTZ AS known_at,  /* When this lake first knew the edge, UTC */
  today.posting_count::BIGINT AS posting_count,  /* Records behind the quantity */
  today.precision_code::TEXT AS precision_code,  /* EXACT: a record names both ends; ORDER: all inputs to all outputs; BACKFLUSH: inputs guessed by the system; INFERRED: to the lot the order plans */
  today.source_system::TEXT AS source_system  /* System the evidence came from; the first by name of several */
FROM today
INNER JOIN first_known ON first_known.edge_id = today.edge_id
LEFT JOIN moved ON moved.edge_id = today.edge_id
LEFT JOIN core.lot AS lot ON lot.lot_id = today.from_node_id
LEFT JOIN core.product AS product ON product.product_id = lot.product_id
