MODEL (
  name core.finding_shipment,
  kind FULL,
  owner data_platform,
  description 'Findings about shipments: before the release of the lot or without one, in units without a factor.',
  tags (core),
  audits (not_null(columns := (rule_id, source_table, file_sha256, row_no)))
);

WITH first_release AS (
  SELECT lot_id, MIN(decided_at) AS released_at
  FROM core.inspection
  WHERE inspection_kind_code = 'final' AND decision_code IN ('accepted', 'concession')
  GROUP BY lot_id
), released_lot AS (
  /* Goods for resale are released by their incoming inspection, a relabelled lot with the one it came from. */
  SELECT lot_id FROM core.inspection WHERE decision_code IN ('accepted', 'concession')
  UNION
  SELECT edge.to_lot_id
  FROM core.genealogy_edge AS edge
  INNER JOIN first_release
    ON first_release.lot_id = edge.from_lot_id
  WHERE edge.edge_type_code IN ('RELABEL', 'SPLIT', 'MERGE')
), found AS (
  SELECT
    'DQ-SHP-001' AS rule_id, 'warned' AS action, shipment._source_table AS source_table, shipment._file_sha256 AS file_sha256,
    shipment._row AS row_no, 'shipped_date' AS column_name, shipment.shipped_date::TEXT || ' < ' || @plant_date(first_release.released_at, shipment.site_code)::TEXT AS before, NULL::TEXT AS after,
    '发货早于放行 | shipped before release' AS message
  FROM core.shipment AS shipment
  INNER JOIN first_release
    ON first_release.lot_id = shipment.lot_id
  WHERE shipment.shipped_date < @plant_date(first_release.released_at, shipment.site_code)
  UNION ALL
  SELECT
    'DQ-SHP-003' AS rule_id, 'warned' AS action, shipment._source_table AS source_table, shipment._file_sha256 AS file_sha256,
    shipment._row AS row_no, 'lot_no' AS column_name, shipment.lot_id || ' ' || shipment.shipped_date::TEXT AS before, NULL::TEXT AS after,
    '发货的批从未放行 | shipped, and never released' AS message
  FROM core.shipment AS shipment
  LEFT JOIN released_lot
    ON released_lot.lot_id = shipment.lot_id
  WHERE NOT shipment.lot_id IS NULL AND NOT shipment.shipped_date IS NULL AND released_lot.lot_id IS NULL
  UNION ALL
  SELECT
    'DQ-UOM-001' AS rule_id, 'warned' AS action, shipment._source_table AS source_table, shipment._file_sha256 AS file_sha256,
    shipment._row AS row_no, 'uom_code' AS column_name, shipment.uom_code AS before, NULL::TEXT AS after,
    '单位没有换算系数 | unit without a conversion factor' AS message
  FROM core.shipment AS shipment
  WHERE shipment.base_qty IS NULL AND NOT shipment.qty IS NULL
)
SELECT
  rule_id::TEXT AS rule_id,  /* Rule that speaks */
  action::TEXT AS action,  /* warned, or merged into a survivor */
  source_table::TEXT AS source_table,  /* Contract of the source row */
  file_sha256::TEXT AS file_sha256,  /* File of the source row */
  row_no::BIGINT AS row_no,  /* Record number in the file, 1-based */
  column_name::TEXT AS column_name,  /* Column that shows it, in house names */
  before::TEXT AS before,  /* Value that was found */
  after::TEXT AS after,  /* Nothing is changed here; NULL */
  message::TEXT AS message  /* The rule in words, Chinese and English */
FROM found
