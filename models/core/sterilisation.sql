MODEL (
  name core.sterilisation,
  kind FULL,
  owner production,
  grain (site_code, sterilisation_lot_no, product_code, lot_no),
  description 'Lots that went through a sterilisation batch; a recall path of its own.',
  tags (core),
  audits (not_null(columns := (site_code, sterilisation_lot_no, product_code, lot_no)), unique_combination_of_columns(columns := (site_code, sterilisation_lot_no, product_code, lot_no)))
);

WITH cleaned AS (
  SELECT
    @text(sterilisation_lot_no) AS sterilisation_lot_no,
    site_code,
    @text(equipment_id) AS equipment_id,
    @text(product_code) AS product_code,
    @norm_lot(lot_no) AS lot_no,
    @lot_id(site_code, @text(product_code), lot_no) AS lot_id,
    qty,
    started_at,
    ended_at,
    source_system,
    _source_table,
    _file_sha256,
    _row
  FROM @entity(@as_sterilisation) AS mapped
)
SELECT
  sterilisation_lot_no::TEXT AS sterilisation_lot_no,  /* Sterilisation batch */
  site_code::TEXT AS site_code,  /* Plant: A, B, C; G for public registers */
  equipment_id::TEXT AS equipment_id,  /* Machine or gauge */
  product_code::TEXT AS product_code,  /* Material number as the plant writes it, without padding */
  lot_no::TEXT AS lot_no,  /* Lot number, normalised */
  lot_id::TEXT AS lot_id,  /* Lot key '<site>:<product_code>:<lot_no>', NULL when the lot is blank */
  qty::DECIMAL(18, 3) AS qty,  /* Quantity in uom_code */
  started_at::TIMESTAMPTZ AS started_at,  /* Start, UTC */
  ended_at::TIMESTAMPTZ AS ended_at,  /* End, UTC */
  source_system::TEXT AS source_system,  /* System the row came from */
  _source_table::TEXT AS _source_table,  /* Contract of the source row */
  _file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  _row::BIGINT AS _row  /* Record number in the file */
FROM cleaned
QUALIFY
  @is_survivor(site_code, sterilisation_lot_no, product_code, lot_no)
