MODEL (
  name mart.as_of,
  kind FULL,
  owner data_platform,
  grain (as_of_date),
  description 'The day up to which the data speaks: the latest posting date. Marts that need "today" read it here, never a clock; no row while there is no movement.',
  tags (mart),
  audits (not_null(columns := (as_of_date)), unique_values(columns := (as_of_date)))
);

SELECT
  MAX(movement.posting_date)::DATE AS as_of_date  /* Latest posting date of any stock movement, plant calendar */
FROM core.movement AS movement
HAVING
  MAX(movement.posting_date) IS NOT NULL
