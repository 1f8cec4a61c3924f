MODEL (
  name mart.supplier_score,
  kind FULL,
  owner purchasing,
  grain (site_code, supplier_id, component_code),
  description 'Supplier scorecard (供应商评分卡): points of each part over the twelve months up to the as-of month, per plant. The score is the sum of weight x points over the sum of weights of the parts with evidence; nothing received is no score, not a good one.',
  tags (mart),
  audits (
    not_null(columns := (site_code, supplier_id, component_code, weight_pct)),
    unique_combination_of_columns(columns := (site_code, supplier_id, component_code))
  )
);

WITH span AS (
  SELECT @first_of_month(as_of_date) AS last_month, CAST(@first_of_month(as_of_date) - 11 * INTERVAL '1' MONTH AS DATE) AS first_month
  FROM mart.as_of
), year AS (
  SELECT
    performance.site_code, performance.supplier_id,
    SUM(inspected_lots) AS inspected_lots, SUM(accepted_lots) AS accepted_lots, SUM(received_qty) AS received_qty,
    SUM(returned_qty) AS returned_qty, SUM(lines_due) AS lines_due, SUM(lines_on_time) AS lines_on_time
  FROM mart.supplier_performance AS performance
  INNER JOIN span ON performance.month BETWEEN span.first_month AND span.last_month
  GROUP BY performance.site_code, performance.supplier_id
), nonconforming AS (
  SELECT record.site_code, record.supplier_id, COUNT(*) AS record_count
  FROM mart.quality_record AS record
  INNER JOIN span ON record.opened_date >= span.first_month
  WHERE record.kind_code = 'ncr' AND NOT record.supplier_id IS NULL
  GROUP BY record.site_code, record.supplier_id
), part AS (
  SELECT site_code, supplier_id, 'acceptance' AS component_code, accepted_lots AS good_qty, inspected_lots AS base_qty FROM year
  UNION ALL
  SELECT site_code, supplier_id, 'delivery', lines_on_time, lines_due FROM year
  UNION ALL
  SELECT site_code, supplier_id, 'return', LEAST(GREATEST(received_qty - returned_qty, 0), received_qty), received_qty FROM year
  UNION ALL
  SELECT year.site_code, year.supplier_id, 'nonconformity', GREATEST(inspected_lots - COALESCE(record_count, 0), 0), inspected_lots
  FROM year
  LEFT JOIN nonconforming ON nonconforming.site_code = year.site_code AND nonconforming.supplier_id = year.supplier_id
)
SELECT
  part.site_code::TEXT AS site_code,  /* Plant */
  part.supplier_id::TEXT AS supplier_id,  /* Supplier after merging of duplicates */
  part.component_code::TEXT AS component_code,  /* Part of the score, see mart.supplier_score_weight */
  part.good_qty::DECIMAL(18, 3) AS good_qty,  /* Numerator: lots, lines or base units that were as they should be */
  part.base_qty::DECIMAL(18, 3) AS base_qty,  /* Denominator: lots decided, lines due or base units received */
  @ratio(100 * part.good_qty, part.base_qty)::DECIMAL(18, 9) AS points,  /* good_qty / base_qty x 100; NULL without evidence */
  weight.weight_pct::BIGINT AS weight_pct  /* Weight of the part, percent */
FROM part
INNER JOIN mart.supplier_score_weight AS weight
  ON weight.component_code = part.component_code
