MODEL (
  name core.event_thing,
  kind FULL,
  owner traceability,
  grain (event_key, declared_at, position_no),
  description 'Lots, items and packages of EPCIS events that partners sent, each as a node of the genealogy: ours where we know the lot, the device or the package, else one that only the partner knows.',
  tags (core),
  audits (not_null(columns := (event_key, position_no, node_id)), unique_combination_of_columns(columns := (event_key, declared_at, position_no)))
);

WITH told AS (
  SELECT mapped.*, @norm_lot(lot_no) AS known_lot_no FROM @entity(@as_event_thing) AS mapped
), device AS (
  SELECT DISTINCT di, product_id, site_code, product_code FROM core.udi_di WHERE NOT product_id IS NULL
), candidate AS (
  -- Which product is meant: by its GTIN, by our own number, in any plant.
  SELECT told.event_key, told.declared_at, told.position_no, device.product_id, device.site_code, device.product_code
  FROM told
  INNER JOIN device ON device.di = told.gtin
  UNION
  SELECT told.event_key, told.declared_at, told.position_no, product.product_id, product.site_code, product.product_code
  FROM told
  INNER JOIN core.product AS product ON product.product_code = told.item_code AND NOT product.site_code IS NULL
), known AS (
  SELECT
    told.event_key, told.declared_at, told.position_no,
    MIN(lot.lot_id) AS lot_id,
    MIN(CASE WHEN NOT serial.serial_no IS NULL THEN candidate.product_id END) AS serial_product_id
  FROM told
  INNER JOIN candidate
    ON candidate.event_key = told.event_key AND candidate.position_no = told.position_no
    AND candidate.declared_at IS NOT DISTINCT FROM told.declared_at
  LEFT JOIN core.lot AS lot ON lot.site_code = candidate.site_code AND lot.product_code = candidate.product_code AND lot.lot_no = told.known_lot_no
  LEFT JOIN core.serial AS serial ON serial.product_id = candidate.product_id AND serial.serial_no = told.serial_no
  GROUP BY told.event_key, told.declared_at, told.position_no
), named AS (
  SELECT
    told.*, known.lot_id, known.serial_product_id, COALESCE(told.gtin, told.item_code) AS item_no,
    -- EPCIS counts pieces without a unit; what only the partner knows has no other base unit here.
    CASE
      WHEN COALESCE(told.uom_code, 'C62') = COALESCE(product.base_uom_code, 'C62') THEN told.qty
      ELSE told.qty * factor.numerator_qty / NULLIF(factor.denominator_qty, 0)
    END AS base_qty
  FROM told
  LEFT JOIN known
    ON known.event_key = told.event_key AND known.position_no = told.position_no
    AND known.declared_at IS NOT DISTINCT FROM told.declared_at
  LEFT JOIN core.lot AS lot ON lot.lot_id = known.lot_id
  LEFT JOIN core.product AS product ON product.product_id = lot.product_id
  LEFT JOIN core.unit_conversion AS factor ON factor.product_id = product.product_id AND factor.uom_code = COALESCE(told.uom_code, 'C62')
)
SELECT
  event_key::TEXT AS event_key,  /* Id of the event, or its digest */
  declared_at::TIMESTAMPTZ AS declared_at,  /* When it was declared wrong, UTC; NULL for the event itself */
  position_no::BIGINT AS position_no,  /* Place of the thing in the event */
  event_type_code::TEXT AS event_type_code,  /* Type of the EPCIS event */
  action_code::TEXT AS action_code,  /* ADD, OBSERVE or DELETE; NULL for a transformation */
  COALESCE(transformation_uri, event_key)::TEXT AS step_key,  /* Joins inputs and outputs that several events tell */
  told_date::DATE AS told_date,  /* Day of the event where it happened */
  role_code::TEXT AS role_code,  /* input, output, parent, child or thing */
  thing_uri::TEXT AS thing_uri,  /* Address of the thing, as sent */
  (CASE
    WHEN NOT sscc IS NULL THEN 'hu:' || sscc
    WHEN NOT serial_no IS NULL THEN 'serial:' || COALESCE(serial_product_id, 'epcis:' || item_no) || ':' || serial_no
    WHEN NOT lot_no IS NULL THEN COALESCE(lot_id, 'epcis:' || item_no || ':' || known_lot_no)
    ELSE 'epcis:' || thing_uri
  END)::TEXT AS node_id,  /* Node of the genealogy: ours where known, else 'epcis:<GTIN or item>:<lot>' or the address */
  (CASE WHEN NOT sscc IS NULL THEN 'handling_unit' WHEN NOT serial_no IS NULL THEN 'serial' ELSE 'lot' END)::TEXT AS node_kind_code,  /* lot, serial or handling_unit */
  movement_code::TEXT AS movement_code,  /* shipping, receiving or void_shipping; NULL for other events */
  despatch_advice_uri::TEXT AS despatch_advice_uri,  /* Address of the despatch advice; NULL when none is named */
  receiver_uri::TEXT AS receiver_uri,  /* Address of who receives the goods; NULL when nobody is named */
  qty::DECIMAL(18, 3) AS qty,  /* Quantity in uom_code; NULL when none is stated */
  uom_code::TEXT AS uom_code,  /* Unit, UN/ECE Rec 20; NULL counts pieces */
  base_qty::DECIMAL(18, 3) AS base_qty,  /* The same in the base unit of our lot, else in pieces; NULL without a factor */
  source_system::TEXT AS source_system,  /* System the row came from */
  _source_table::TEXT AS _source_table,  /* Contract of the source row */
  _file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  _row::BIGINT AS _row  /* Record number in the file */
FROM named
