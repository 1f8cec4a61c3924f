MODEL (
  name mart.capa_closure,
  kind FULL,
  owner quality,
  grain (site_code, month),
  description 'CAPA on-time closure (CAPA 按期关闭率): CAPAs due in the month (due on or before the as-of day) that were closed on or before their due date; by the last approved due date and by the original one.',
  tags (mart, kpi),
  audits (
    not_null(columns := (site_code, month, due_count, original_due_count)),
    unique_combination_of_columns(columns := (site_code, month))
  )
);

WITH due AS (
  SELECT
    capa.site_code,
    @first_of_month(capa.due_date) AS month,
    1 AS due_count,
    CASE WHEN capa.closed_date <= capa.due_date THEN 1 ELSE 0 END AS closed_on_time_count,
    0 AS original_due_count,
    0 AS original_on_time_count
  FROM core.capa AS capa
  CROSS JOIN mart.as_of AS as_of
  WHERE capa.due_date <= as_of.as_of_date
  UNION ALL
  SELECT
    capa.site_code,
    @first_of_month(capa.original_due_date) AS month,
    0 AS due_count,
    0 AS closed_on_time_count,
    1 AS original_due_count,
    CASE WHEN capa.closed_date <= capa.original_due_date THEN 1 ELSE 0 END AS original_on_time_count
  FROM core.capa AS capa
  CROSS JOIN mart.as_of AS as_of
  WHERE capa.original_due_date <= as_of.as_of_date
), counted AS (
  SELECT
    site_code,
    month,
    SUM(due_count) AS due_count,
    SUM(closed_on_time_count) AS closed_on_time_count,
    SUM(original_due_count) AS original_due_count,
    SUM(original_on_time_count) AS original_on_time_count
  FROM due
  GROUP BY site_code, month
)
SELECT
  site_code::TEXT AS site_code,  /* Plant */
  month::DATE AS month,  /* First day of the month of the due date */
  due_count::BIGINT AS due_count,  /* CAPAs by last approved due date: the denominator */
  closed_on_time_count::BIGINT AS closed_on_time_count,  /* Closed on or before that date: the numerator */
  @ratio(closed_on_time_count, due_count)::DECIMAL(18, 9) AS on_time_rate,  /* closed_on_time_count / due_count */
  original_due_count::BIGINT AS original_due_count,  /* CAPAs by original due date */
  original_on_time_count::BIGINT AS original_on_time_count,  /* Closed on or before the original due date */
  @ratio(original_on_time_count, original_due_count)::DECIMAL(18, 9) AS original_on_time_rate  /* original_on_time_count / original_due_count */
FROM counted
