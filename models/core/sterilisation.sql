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
    @text(lot_no) AS lot_text,
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
), kept AS (
  SELECT * FROM cleaned QUALIFY @is_survivor(site_code, sterilisation_lot_no, product_code, lot_no)
)
SELECT
  kept.sterilisation_lot_no::TEXT AS sterilisation_lot_no,  /* Sterilisation batch */
  kept.site_code::TEXT AS site_code,  /* Plant: A, B, C; G for public registers */
  kept.equipment_id::TEXT AS equipment_id,  /* Machine or gauge */
  kept.product_code::TEXT AS product_code,  /* Material number as the plant writes it, without padding */
  kept.lot_no::TEXT AS lot_no,  /* Lot number as the system writes it, normalised */
  COALESCE(known.lot_id, kept.lot_id)::TEXT AS lot_id,  /* Lot it stands for by core.lot_crosswalk, else the key of the spelling itself; NULL when the lot is blank */
  kept.qty::DECIMAL(18, 3) AS qty,  /* Quantity in uom_code */
  kept.started_at::TIMESTAMPTZ AS started_at,  /* Start, UTC */
  kept.ended_at::TIMESTAMPTZ AS ended_at,  /* End, UTC */
  kept.source_system::TEXT AS source_system,  /* System the row came from */
  kept._source_table::TEXT AS _source_table,  /* Contract of the source row */
  kept._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  kept._row::BIGINT AS _row  /* Record number in the file */
FROM kept
LEFT JOIN core.lot_crosswalk AS known
  ON known.source_system = kept.source_system AND known.site_code = kept.site_code
  AND known.product_code IS NOT DISTINCT FROM kept.product_code AND known.lot_text = kept.lot_text
