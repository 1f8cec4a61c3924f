MODEL (
  name mart.consistency,
  kind FULL,
  owner data_platform,
  grain (topic_code, field_code),
  description 'How far the systems agree: per key field and pair of systems the share of statements that are equal; goal 0.95.',
  tags (mart, consistency),
  audits (not_null(columns := (topic_code, field_code, compared_count)), unique_combination_of_columns(columns := (topic_code, field_code)))
);

WITH counted AS (
  SELECT
    topic_code, field_code, first_system_code, second_system_code, COUNT(*) AS compared_count,
    COUNT(*) FILTER(WHERE is_equal) AS equal_count
  FROM mart.consistency_compared
  GROUP BY topic_code, field_code, first_system_code, second_system_code
)
SELECT
  topic_code::TEXT AS topic_code,  /* What is spoken of: order, component, nonconformity, complaint, made_lot or deviation */
  field_code::TEXT AS field_code,  /* What is said about it: product, lot, quantity, ... */
  first_system_code::TEXT AS first_system_code,  /* ERP or MES */
  second_system_code::TEXT AS second_system_code,  /* MES or QMS */
  compared_count::BIGINT AS compared_count,  /* Statements of either system that the other one should make too */
  equal_count::BIGINT AS equal_count,  /* Of these the ones both make alike */
  (@ratio(equal_count, compared_count))::DECIMAL(28, 9) AS consistency_index,  /* equal / compared */
  0.95::DECIMAL(3, 2) AS goal_index,  /* Goal */
  (20 * equal_count >= 19 * compared_count)::BOOLEAN AS is_reached  /* The goal is reached */
FROM counted
