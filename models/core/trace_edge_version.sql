MODEL (
  name core.trace_edge_version,
  kind FULL,
  owner quality,
  grain (edge_id, known_at),
  description 'The genealogy as this lake knew it: one row per edge and span of time in which the same was known of it. As of X are the rows with known_at <= X < known_until; an edge cancelled later stands here until its cancelling was known.',
  tags (core),
  audits (not_null(columns := (edge_id, known_at, qty)), unique_combination_of_columns(columns := (edge_id, known_at)))
);

WITH news AS (
  SELECT
    edge_id, edge_type_code, from_node_id, to_node_id, from_kind_code, to_kind_code, site_code, order_id, known_at,
    MIN(source_system) AS source_system,
    COALESCE(SUM(CASE WHEN part_code = 'used' THEN qty END), 0) AS used_qty,
    COALESCE(SUM(CASE WHEN part_code = 'made' THEN qty END), 0) AS made_qty,
    SUM(CASE WHEN part_code IN ('observed', 'unseen') THEN qty END) AS observed_qty,
    SUM(CASE WHEN part_code IN ('stated', 'void') THEN qty END) AS stated_qty,
    SUM(CASE WHEN part_code = 'used' AND qty IS NULL THEN 1 ELSE 0 END) AS used_unmeasured,
    SUM(CASE WHEN part_code = 'made' AND qty IS NULL THEN 1 ELSE 0 END) AS made_unmeasured,
    SUM(CASE WHEN part_code = 'planned' THEN 1 ELSE 0 END) AS planned_count,
    SUM(CASE part_code WHEN 'observed' THEN 1 WHEN 'unseen' THEN -1 ELSE 0 END) AS observed_count,
    SUM(CASE part_code WHEN 'stated' THEN 1 WHEN 'void' THEN -1 ELSE 0 END) AS stated_count,
    SUM(CASE WHEN part_code IN ('made', 'planned') THEN 0 ELSE 1 END) AS posting_count,
    MIN(CASE WHEN NOT part_code IN ('made', 'planned') THEN told_date END) AS first_date,
    MAX(CASE WHEN NOT part_code IN ('made', 'planned') THEN told_date END) AS last_date,
    MAX(CASE WHEN is_backflush THEN 1 ELSE 0 END) AS backflush_count
  FROM core.trace_evidence
  GROUP BY edge_id, edge_type_code, from_node_id, to_node_id, from_kind_code, to_kind_code, site_code, order_id, known_at
), so_far AS (
  SELECT
    edge_id, edge_type_code, from_node_id, to_node_id, from_kind_code, to_kind_code, site_code, order_id, known_at,
    @EACH(
      [
        used_qty, made_qty, observed_qty, stated_qty, used_unmeasured, made_unmeasured, planned_count, observed_count,
        stated_count, posting_count
      ],
      c -> SUM(@c) OVER (PARTITION BY edge_id ORDER BY known_at) AS @c
    ),
    @EACH([first_date, source_system], c -> MIN(@c) OVER (PARTITION BY edge_id ORDER BY known_at) AS @c),
    @EACH([last_date, backflush_count], c -> MAX(@c) OVER (PARTITION BY edge_id ORDER BY known_at) AS @c)
  FROM news
), judged AS (
  SELECT
    *,
    -- A use needs an output to lead anywhere; documents that state both ends need nothing else.
    (used_qty > 0 OR used_unmeasured > 0)
      AND (made_qty > 0 OR made_unmeasured > 0 OR planned_count > 0 OR edge_type_code = 'SHIP')
      OR observed_count > 0
      OR (stated_count > 0 AND COALESCE(stated_qty, 1) > 0) AS is_live,
    COALESCE(CASE WHEN used_qty > 0 THEN used_qty WHEN stated_count > 0 THEN stated_qty ELSE observed_qty END, 0) AS qty,
    CASE
      WHEN observed_count > 0 OR stated_count > 0 OR edge_type_code = 'SHIP' THEN 'EXACT'
      WHEN made_qty <= 0 AND made_unmeasured = 0 THEN 'INFERRED'
      WHEN backflush_count > 0 THEN 'BACKFLUSH'
      ELSE 'ORDER'
    END AS precision_code,
    LEAD(known_at) OVER (PARTITION BY edge_id ORDER BY known_at) AS known_until
  FROM so_far
)
SELECT
  edge_id::TEXT AS edge_id,  /* type, order, from and to in one text */
  edge_type_code::TEXT AS edge_type_code,  /* CONSUME, REWORK, RELABEL, SUBCONTRACT, STERILISE, SERIALISE, PACK, SHIP, DELIVER or RETURN */
  from_node_id::TEXT AS from_node_id,  /* Node the edge leaves */
  to_node_id::TEXT AS to_node_id,  /* Node it leads to */
  from_kind_code::TEXT AS from_kind_code,  /* lot, serial, handling_unit, delivery or sterilisation */
  to_kind_code::TEXT AS to_kind_code,  /* lot, serial, handling_unit, delivery, customer or return */
  site_code::TEXT AS site_code,  /* Plant: A, B, C; G for public registers */
  order_id::TEXT AS order_id,  /* Order that joins the nodes, if any */
  qty::DECIMAL(18, 3) AS qty,  /* Net quantity in this span; 0 where the document states none */
  first_date::DATE AS first_date,  /* First posting or document known in this span */
  last_date::DATE AS last_date,  /* Last one */
  posting_count::BIGINT AS posting_count,  /* Records behind the quantity */
  precision_code::TEXT AS precision_code,  /* EXACT, ORDER, BACKFLUSH or INFERRED; see core.trace_edge */
  known_at::TIMESTAMPTZ AS known_at,  /* Start of the span: the load that made it known, UTC */
  known_until::TIMESTAMPTZ AS known_until,  /* End of the span: the load that changed it, UTC; NULL while it stands */
  source_system::TEXT AS source_system  /* System the evidence came from; the first by name of several */
FROM judged
WHERE is_live
