MODEL (
  name core.lot,
  kind FULL,
  owner production,
  grain (lot_id),
  description 'Every lot known to a master or seen in a movement; the same number on another product or plant is another lot.',
  tags (core),
  audits (not_null(columns := (lot_id)), unique_values(columns := (lot_id)))
);

WITH master_lot AS (
  SELECT
    @lot_id(site_code, @text(product_code), lot_no) AS lot_id, site_code, @text(product_code) AS product_code,
    product_id, @norm_lot(lot_no) AS lot_no, TRUE AS is_in_master, manufactured_date, expiry_date,
    @text(supplier_code) AS supplier_code, @text(supplier_lot_no) AS supplier_lot_no, created_date,
    source_system, _source_table, _file_sha256, _row
  FROM @entity(@as_lot) AS mapped
), moved_lot AS (
  SELECT
    lot_id, site_code, product_code, product_id, lot_no, FALSE AS is_in_master, NULL::DATE AS manufactured_date,
    NULL::DATE AS expiry_date, NULL::TEXT AS supplier_code, NULL::TEXT AS supplier_lot_no,
    NULL::DATE AS created_date, source_system, _source_table, _file_sha256, _row
  FROM core.movement
  WHERE lot_id IS NOT NULL
  UNION ALL
  SELECT
    to_lot_id, site_code, to_product_code, source_system || ':' || to_product_code, to_lot_no, FALSE, NULL::DATE,
    NULL::DATE, NULL::TEXT, NULL::TEXT, NULL::DATE, source_system, _source_table, _file_sha256, _row
  FROM core.movement
  WHERE to_lot_id IS NOT NULL
), known_lot AS (
  SELECT * FROM master_lot WHERE lot_id IS NOT NULL
  UNION ALL
  SELECT * FROM moved_lot
), first_row AS (
  SELECT * FROM known_lot
  QUALIFY
    ROW_NUMBER() OVER (
      PARTITION BY lot_id ORDER BY is_in_master DESC, source_system, _file_sha256 DESC, _row DESC
    ) = 1
), origin AS (
  SELECT
    lot_id,
    BOOL_OR(movement_class_code IN ('production', 'byproduct', 'rework_out')) AS is_produced,
    BOOL_OR(movement_class_code = 'receipt') AS is_purchased
  FROM core.movement
  GROUP BY lot_id
), kind AS (
  SELECT
    first_row.*,
    CASE WHEN origin.is_produced THEN 'produced' WHEN origin.is_purchased THEN 'purchased' ELSE 'unknown' END
      AS lot_kind_code
  FROM first_row
  LEFT JOIN origin
    ON origin.lot_id = first_row.lot_id
)
SELECT
  lot_id::TEXT AS lot_id,  /* Lot key '<site>:<product_code>:<lot_no>' */
  site_code::TEXT AS site_code,  /* Plant: A, B, C; G for public registers */
  product_code::TEXT AS product_code,  /* Material number as the plant writes it, without padding */
  product_id::TEXT AS product_id,  /* Product key '<system>:<product_code>' */
  lot_no::TEXT AS lot_no,  /* Lot number, normalised */
  lot_kind_code::TEXT AS lot_kind_code,  /* produced, purchased or unknown, from the postings */
  is_in_master::BOOLEAN AS is_in_master,  /* False when only postings know the lot */
  manufactured_date::DATE AS manufactured_date,  /* Day of manufacture */
  expiry_date::DATE AS expiry_date,  /* Last day of shelf life */
  supplier_code::TEXT AS supplier_code,  /* Supplier of a purchased lot */
  supplier_lot_no::TEXT AS supplier_lot_no,  /* Lot number of the supplier */
  created_date::DATE AS created_date,  /* Day the lot record was created */
  source_system::TEXT AS source_system,  /* System the row came from */
  _source_table::TEXT AS _source_table,  /* Contract of the source row */
  _file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  _row::BIGINT AS _row  /* Record number in the file */
FROM kind
