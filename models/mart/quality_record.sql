MODEL (
  name mart.quality_record,
  kind FULL,
  owner quality,
  grain (kind_code, record_no),
  description 'Nonconformities, deviations, CAPAs and complaints side by side on the as-of day (质量事件): opened, due, closed, age and delay. CAPAs carry an approved due date; the others are due by mart.quality_due_rule.',
  tags (mart),
  audits (
    not_null(columns := (kind_code, record_no, opened_date, is_open)),
    unique_combination_of_columns(columns := (kind_code, record_no))
  )
);

WITH record AS (
  SELECT
    'ncr' AS kind_code, ncr.ncr_no AS record_no, ncr.site_code, ncr.severity_code, ncr.product_code, ncr.lot_id, ncr.disposition_code,
    NULL AS cause_name, @plant_date(ncr.opened_at, ncr.site_code) AS opened_date, NULL::DATE AS approved_date,
    @plant_date(ncr.closed_at, ncr.site_code) AS closed_date
  FROM core.ncr AS ncr
  UNION ALL
  SELECT
    'deviation', deviation.deviation_no, deviation.site_code, deviation.severity_code, NULL, NULL, NULL, NULL,
    @plant_date(deviation.opened_at, deviation.site_code), NULL, @plant_date(deviation.closed_at, deviation.site_code)
  FROM core.deviation AS deviation
  UNION ALL
  SELECT 'capa', capa_no, site_code, NULL, NULL, NULL, NULL, root_cause_name, opened_date, due_date, closed_date
  FROM core.capa
  UNION ALL
  SELECT
    'complaint', complaint_no, site_code, CASE WHEN is_reportable THEN 'reportable' ELSE 'other' END, product_code, lot_id, NULL,
    NULL, received_date, NULL, closed_date
  FROM core.complaint
), ruled AS (
  SELECT record.*, rule.rule_id, CAST(record.opened_date + rule.due_days * INTERVAL '1' DAY AS DATE) AS ruled_date
  FROM record
  LEFT JOIN mart.quality_due_rule AS rule
    ON rule.kind_code = record.kind_code AND rule.severity_code = record.severity_code AND rule.valid_from_date <= record.opened_date
  WHERE NOT record.opened_date IS NULL
  QUALIFY
    ROW_NUMBER() OVER (PARTITION BY record.kind_code, record.record_no ORDER BY rule.valid_from_date DESC, rule.rule_id) = 1
), judged AS (
  SELECT
    ruled.*,
    COALESCE(ruled.approved_date, ruled.ruled_date) AS due_date,
    as_of.as_of_date,
    ruled.closed_date IS NULL OR ruled.closed_date > as_of.as_of_date AS is_open
  FROM ruled
  CROSS JOIN mart.as_of AS as_of
  WHERE ruled.opened_date <= as_of.as_of_date
)
SELECT
  judged.kind_code::TEXT AS kind_code,  /* ncr, deviation, capa or complaint */
  judged.record_no::TEXT AS record_no,  /* Number in the quality management system */
  judged.site_code::TEXT AS site_code,  /* Plant */
  judged.severity_code::TEXT AS severity_code,  /* critical, major or minor; of complaints reportable or other; NULL of CAPAs */
  product.product_id::TEXT AS product_id,  /* Product concerned, NULL when the record names none that is known */
  judged.lot_id::TEXT AS lot_id,  /* Lot concerned */
  supplier.supplier_id::TEXT AS supplier_id,  /* Supplier of the lot when it was purchased, after merging of duplicates */
  judged.disposition_code::TEXT AS disposition_code,  /* rework, scrap, concession or return of a nonconformity; NULL while undecided */
  judged.cause_name::TEXT AS cause_name,  /* Root cause of a CAPA as entered */
  judged.opened_date::DATE AS opened_date,  /* Day opened or received, plant calendar */
  judged.due_date::DATE AS due_date,  /* Day by which it is to be closed; NULL when no rule speaks of it */
  CASE WHEN judged.approved_date IS NULL THEN judged.rule_id ELSE 'approved' END::TEXT AS due_basis_code,  /* approved: by its own due date; else the id of the due rule */
  judged.closed_date::DATE AS closed_date,  /* Day closed, NULL while open */
  judged.is_open::BOOLEAN AS is_open,  /* Not closed by the as-of day */
  (judged.closed_date < judged.opened_date)::BOOLEAN AS is_contradictory,  /* Closed before it was opened (DQ-QMS-001); NULL while open */
  CASE WHEN judged.is_open THEN DATE_DIFF('DAY', judged.opened_date, judged.as_of_date) END::BIGINT AS age_days,  /* Days from opening to the as-of day, while open */
  CASE WHEN judged.is_open AND NOT judged.due_date IS NULL THEN GREATEST(DATE_DIFF('DAY', judged.due_date, judged.as_of_date), 0) END::BIGINT AS overdue_days  /* Days past the due date, while open; 0 when not yet due, NULL without due date */
FROM judged
LEFT JOIN core.product AS product
  ON product.site_code = judged.site_code AND product.product_code = judged.product_code
LEFT JOIN core.lot AS lot
  ON lot.lot_id = judged.lot_id AND lot.lot_kind_code = 'purchased'
LEFT JOIN core.supplier_crosswalk AS supplier
  ON supplier.source_system = lot.source_system AND supplier.supplier_code = lot.supplier_code
