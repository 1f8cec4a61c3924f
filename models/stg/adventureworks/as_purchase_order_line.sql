MODEL (
  name stg.adventureworks__as_purchase_order_line,
  kind EMBEDDED,
  owner plant_c_erp,
  grain (purchase_order_no, po_line_no),
  description 'Lines of approved and complete purchase orders of plant C.',
  tags (stg, adventureworks)
);

WITH component_unit AS (
  SELECT
    component_internal_product_id,
    MIN(uom_code) AS uom_code
  FROM stg.adventureworks__bill_of_materials
  GROUP BY
    component_internal_product_id
)
SELECT
  line.purchase_order_no::TEXT AS purchase_order_no,  /* Purchase order */
  line.po_line_no::TEXT AS po_line_no,  /* Id of the order line */
  'C'::TEXT AS site_code,  /* Plant C */
  vendor.supplier_code::TEXT AS supplier_code,  /* Vendor account number */
  ('adventureworks:' || product.product_code)::TEXT AS product_id,  /* Product key 'adventureworks:<product_code>' */
  line.ordered_qty::DECIMAL(18, 3) AS ordered_qty,  /* Ordered quantity */
  COALESCE(component_unit.uom_code, 'C62')::TEXT AS uom_code,  /* Base unit of the product: AdventureWorks stocks what it receives without conversion */
  line.net_price::DECIMAL(18, 4) AS net_price,  /* Price of one unit */
  'USD'::TEXT AS currency_code,  /* AdventureWorks buys in US dollars */
  head.ordered_date::DATE AS ordered_date,  /* Day of order */
  line.due_date::DATE AS due_date,  /* Day on which delivery is due */
  FALSE::BOOLEAN AS is_subcontracted,  /* AdventureWorks gives no work to vendors */
  'adventureworks'::TEXT AS source_system,  /* System the row came from */
  line._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  line._row::BIGINT AS _row  /* Record number in the file */
FROM stg.adventureworks__purchase_order_detail AS line
INNER JOIN stg.adventureworks__purchase_order_header AS head
  ON head.purchase_order_no = line.purchase_order_no AND head.status_code IN ('approved', 'complete')
INNER JOIN stg.adventureworks__product AS product
  ON product.internal_product_id = line.internal_product_id
LEFT JOIN stg.adventureworks__vendor AS vendor
  ON vendor.vendor_id = head.vendor_id
LEFT JOIN component_unit
  ON component_unit.component_internal_product_id = line.internal_product_id
