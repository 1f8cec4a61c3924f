MODEL (
  name mart.supplier_performance,
  kind FULL,
  owner purchasing,
  grain (site_code, supplier_id, month),
  description 'Supplier quality and delivery (供应商绩效): lot acceptance and ppm by month of incoming decision, receipts and returns by month of posting, on-time delivery by month of due date.',
  tags (mart, kpi),
  audits (
    not_null(columns := (site_code, supplier_id, month)),
    unique_combination_of_columns(columns := (site_code, supplier_id, month))
  )
);

WITH counted AS (
  SELECT
    source_system,
    site_code,
    supplier_code,
    @first_of_month(@plant_date(decided_at, inspection.site_code)) AS month,
    1 AS inspected_lots,
    CASE WHEN decision_code = 'accepted' THEN 1 ELSE 0 END AS accepted_lots,
    CASE WHEN decision_code = 'concession' THEN 1 ELSE 0 END AS concession_lots,
    rejected_qty AS defective_qty,
    0 AS received_qty,
    0 AS returned_qty,
    0 AS lines_due,
    0 AS lines_on_time
  FROM core.inspection AS inspection
  WHERE inspection_kind_code = 'incoming' AND NOT decision_code IS NULL AND NOT decided_at IS NULL
  UNION ALL
  SELECT
    source_system, site_code, supplier_code, @first_of_month(posting_date), 0, 0, 0, 0,
    CASE WHEN movement_class_code = 'receipt' THEN base_qty ELSE 0 END,
    CASE WHEN movement_class_code = 'return_to_supplier' THEN -base_qty ELSE 0 END,
    0, 0
  FROM core.movement
  WHERE movement_class_code IN ('receipt', 'return_to_supplier')
  UNION ALL
  SELECT
    source_system, site_code, supplier_code, @first_of_month(due_date), 0, 0, 0, 0, 0, 0, 1,
    CASE WHEN is_on_time THEN 1 ELSE 0 END
  FROM mart.po_line_delivery
), supplied AS (
  SELECT
    counted.*,
    COALESCE(crosswalk.supplier_id, counted.source_system || ':' || counted.supplier_code) AS supplier_id
  FROM counted
  LEFT JOIN core.supplier_crosswalk AS crosswalk USING (source_system, supplier_code)
), summed AS (
  SELECT site_code, supplier_id, month, @EACH(
    [inspected_lots, accepted_lots, concession_lots, defective_qty, received_qty, returned_qty, lines_due, lines_on_time],
    c -> COALESCE(SUM(c), 0) AS @c
  )
  FROM supplied
  WHERE NOT supplier_id IS NULL
  GROUP BY site_code, supplier_id, month
)
SELECT
  site_code::TEXT AS site_code,  /* Plant */
  supplier_id::TEXT AS supplier_id,  /* Supplier after merging of duplicates */
  month::DATE AS month,  /* First day of the month of decision, posting or due date */
  inspected_lots::BIGINT AS inspected_lots,  /* Incoming inspections decided */
  accepted_lots::BIGINT AS accepted_lots,  /* Accepted without condition */
  concession_lots::BIGINT AS concession_lots,  /* Accepted by concession */
  @ratio(accepted_lots, inspected_lots)::DECIMAL(18, 9) AS acceptance_rate,  /* accepted_lots / inspected_lots */
  received_qty::DECIMAL(18, 3) AS received_qty,  /* Receipts less their reversals, base unit */
  returned_qty::DECIMAL(18, 3) AS returned_qty,  /* Returns to the supplier less their reversals, base unit */
  defective_qty::DECIMAL(18, 3) AS defective_qty,  /* Quantity rejected at incoming inspection, base unit */
  @ratio(defective_qty * 1000000, received_qty)::DECIMAL(28, 9) AS ppm,  /* defective_qty / received_qty x 1e6 */
  @ratio(returned_qty, received_qty)::DECIMAL(28, 9) AS return_rate,  /* returned_qty / received_qty */
  lines_due::BIGINT AS lines_due,  /* Purchase order lines due in the month, due by the as-of day */
  lines_on_time::BIGINT AS lines_on_time,  /* Of these delivered in full in [due - 3 days, due] */
  @ratio(lines_on_time, lines_due)::DECIMAL(18, 9) AS otd_rate  /* lines_on_time / lines_due */
FROM summed
