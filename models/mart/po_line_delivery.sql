MODEL (
  name mart.po_line_delivery,
  kind FULL,
  owner purchasing,
  grain (site_code, purchase_order_no, po_line_no),
  description 'Purchase order lines due on or before the as-of day, with the day their net receipts first reached the ordered quantity. On time means within the three days before the due date, or on it.',
  tags (mart),
  audits (
    not_null(columns := (site_code, purchase_order_no, po_line_no, due_date, is_on_time)),
    unique_combination_of_columns(columns := (site_code, purchase_order_no, po_line_no))
  )
);

WITH due_line AS (
  SELECT
    line.source_system,
    line.site_code,
    line.purchase_order_no,
    line.po_line_no,
    line.supplier_code,
    line.due_date,
    CASE
      WHEN line.uom_code = product.base_uom_code THEN line.ordered_qty
      ELSE @ratio(line.ordered_qty * conversion.numerator_qty, conversion.denominator_qty)
    END AS base_ordered_qty
  FROM core.purchase_order_line AS line
  CROSS JOIN mart.as_of AS as_of
  LEFT JOIN core.product AS product
    ON product.product_id = line.product_id
  LEFT JOIN core.unit_conversion AS conversion
    ON conversion.product_id = line.product_id AND conversion.uom_code = line.uom_code
  WHERE line.due_date <= as_of.as_of_date
), receipt_day AS (
  SELECT
    site_code,
    purchase_order_no,
    po_line_no,
    posting_date,
    SUM(base_qty) AS received_qty,
    SUM(SUM(base_qty)) OVER (
      PARTITION BY site_code, purchase_order_no, po_line_no ORDER BY posting_date
    ) AS cumulative_qty
  FROM core.movement
  WHERE movement_class_code = 'receipt' AND NOT po_line_no IS NULL
  GROUP BY site_code, purchase_order_no, po_line_no, posting_date
), delivered AS (
  SELECT
    due_line.site_code,
    due_line.purchase_order_no,
    due_line.po_line_no,
    SUM(receipt_day.received_qty) AS received_qty,
    MIN(CASE WHEN receipt_day.cumulative_qty >= due_line.base_ordered_qty THEN receipt_day.posting_date END) AS delivered_date
  FROM due_line
  JOIN receipt_day USING (site_code, purchase_order_no, po_line_no)
  GROUP BY due_line.site_code, due_line.purchase_order_no, due_line.po_line_no
)
SELECT
  site_code::TEXT AS site_code,  /* Plant */
  purchase_order_no::TEXT AS purchase_order_no,  /* Purchase order */
  po_line_no::TEXT AS po_line_no,  /* Line */
  due_line.source_system::TEXT AS source_system,  /* System of the order, with supplier_code the key of core.supplier_crosswalk */
  due_line.supplier_code::TEXT AS supplier_code,  /* Supplier number in that system */
  due_line.due_date::DATE AS due_date,  /* Day promised */
  due_line.base_ordered_qty::DECIMAL(18, 3) AS base_ordered_qty,  /* Ordered, base unit; NULL without a conversion factor */
  COALESCE(delivered.received_qty, 0)::DECIMAL(18, 3) AS received_qty,  /* Received less reversals, base unit */
  delivered.delivered_date::DATE AS delivered_date,  /* First day at whose end net receipts had reached the ordered quantity */
  COALESCE(
    delivered.delivered_date <= due_line.due_date
    AND delivered.delivered_date >= due_line.due_date - 3 * INTERVAL '1' DAY, FALSE
  )::BOOLEAN AS is_on_time  /* delivered_date in [due_date - 3 days, due_date] */
FROM due_line
LEFT JOIN delivered USING (site_code, purchase_order_no, po_line_no)
