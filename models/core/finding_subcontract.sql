MODEL (
  name core.finding_subcontract,
  kind FULL,
  owner data_platform,
  description 'Findings about work given to vendors: what came back under a lot number of the vendor and cannot be traced to the lot provided.',
  tags (core),
  audits (not_null(columns := (rule_id, source_table, file_sha256, row_no)))
);

WITH worked_product AS (
  SELECT product_id FROM core.purchase_order_line WHERE is_subcontracted
  UNION
  SELECT lot.product_id FROM core.subcontract_use AS use INNER JOIN core.lot AS lot ON lot.lot_id = use.to_lot_id
), returned AS (
  SELECT movement.*
  FROM core.movement AS movement
  LEFT JOIN core.purchase_order_line AS line
    ON line.site_code = movement.site_code AND line.purchase_order_no = movement.purchase_order_no
    AND line.po_line_no = movement.po_line_no
  LEFT JOIN worked_product AS worked
    ON worked.product_id = movement.product_id
  -- The order line decides; where it did not arrive, what became of the product elsewhere.
  WHERE movement.movement_class_code = 'receipt' AND NOT movement.is_reversal
    AND COALESCE(line.is_subcontracted, NOT worked.product_id IS NULL)
), traced_document AS (
  SELECT DISTINCT site_code, document_no, posting_date
  FROM core.movement
  WHERE movement_class_code = 'consumption' AND NOT purchase_order_no IS NULL AND NOT lot_id IS NULL
), found AS (
  SELECT
    returned._source_table AS source_table, returned._file_sha256 AS file_sha256, returned._row AS row_no,
    'lot_no' AS column_name, returned.lot_id AS before,
    '委外收货的批不能对应到所发的批 | lot returned by a vendor without the lot we provided' AS message
  FROM returned
  LEFT JOIN traced_document AS traced
    ON traced.site_code = returned.site_code AND traced.document_no = returned.document_no
    AND traced.posting_date = returned.posting_date
  WHERE traced.document_no IS NULL
  UNION ALL
  SELECT
    _source_table, _file_sha256, _row, 'lot_no', product_code,
    '供应商消耗我方物料，未注明批号 | parts of ours used by a vendor, their lot not named'
  FROM core.movement
  WHERE movement_class_code = 'consumption' AND NOT purchase_order_no IS NULL AND lot_id IS NULL
  UNION ALL
  SELECT
    lot._source_table, lot._file_sha256, lot._row, 'supplier_lot_no', lot.lot_id,
    '委外收货的批缺供应商批号 | lot returned by a vendor without the number of the vendor'
  FROM core.lot AS lot
  WHERE lot.is_in_master AND lot.supplier_lot_no IS NULL AND lot.lot_id IN (SELECT lot_id FROM returned)
)
SELECT
  'DQ-GEN-003'::TEXT AS rule_id,  /* Rule that speaks */
  'warned'::TEXT AS action,  /* warned, or merged into a survivor */
  source_table::TEXT AS source_table,  /* Contract of the source row */
  file_sha256::TEXT AS file_sha256,  /* File of the source row */
  row_no::BIGINT AS row_no,  /* Record number in the file, 1-based */
  column_name::TEXT AS column_name,  /* Column that shows it, in house names */
  before::TEXT AS before,  /* Value that was found */
  NULL::TEXT AS after,  /* Nothing is changed here; NULL */
  message::TEXT AS message  /* The rule in words, Chinese and English */
FROM found
