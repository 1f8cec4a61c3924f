MODEL (
  name mart.open_capa,
  kind FULL,
  owner quality,
  grain (site_code, capa_no),
  description 'CAPAs open on the as-of day with age and delay (未关闭 CAPA 账龄).',
  tags (mart),
  audits (
    not_null(columns := (site_code, capa_no, age_days)),
    unique_combination_of_columns(columns := (site_code, capa_no))
  )
);

WITH open_capa AS (
  SELECT
    capa.site_code,
    capa.capa_no,
    capa.opened_date,
    capa.original_due_date,
    capa.due_date,
    capa.root_cause_name,
    DATE_DIFF('DAY', capa.opened_date, as_of.as_of_date) AS age_days,
    /* GREATEST passes over NULL: without a due date it would say 0. */
    CASE WHEN NOT capa.due_date IS NULL THEN GREATEST(DATE_DIFF('DAY', capa.due_date, as_of.as_of_date), 0) END AS overdue_days
  FROM core.capa AS capa
  CROSS JOIN mart.as_of AS as_of
  WHERE
    capa.opened_date <= as_of.as_of_date
    AND (capa.closed_date IS NULL OR capa.closed_date > as_of.as_of_date)
)
SELECT
  site_code::TEXT AS site_code,  /* Plant */
  capa_no::TEXT AS capa_no,  /* CAPA number */
  opened_date::DATE AS opened_date,  /* Day opened */
  original_due_date::DATE AS original_due_date,  /* Due date when opened */
  due_date::DATE AS due_date,  /* Last approved due date */
  root_cause_name::TEXT AS root_cause_name,  /* Root cause as entered */
  age_days::BIGINT AS age_days,  /* Days from opened to the as-of day */
  overdue_days::BIGINT AS overdue_days,  /* Days past the due date, 0 when not yet due, NULL without due date */
  CASE
    WHEN age_days <= 30 THEN '0-30'
    WHEN age_days <= 60 THEN '31-60'
    WHEN age_days <= 90 THEN '61-90'
    ELSE '90+'
  END::TEXT AS age_band_code  /* Ageing band, days */
FROM open_capa
