MODEL (
  name stg.mes_a__as_sterilisation,
  kind EMBEDDED,
  owner plant_a_mes,
  grain (sterilisation_lot_no, product_code, lot_no),
  description 'Sterilisation loads of plant A and the product lots in them.',
  tags (stg, mes_a)
);

SELECT
  @norm_lot(load.sterilisation_lot_no)::TEXT AS sterilisation_lot_no,  /* Lot number of the load, normalised */
  'A'::TEXT AS site_code,  /* Plant A */
  load.equipment_id::TEXT AS equipment_id,  /* Steriliser */
  load.material_code::TEXT AS product_code,  /* Product sterilised, as the ERP writes it */
  load.lot_no::TEXT AS lot_no,  /* Product lot, as typed */
  load.qty::DECIMAL(18, 3) AS qty,  /* Quantity sterilised, base unit */
  load.started_at::TIMESTAMPTZ AS started_at,  /* Start of the cycle, UTC */
  load.ended_at::TIMESTAMPTZ AS ended_at,  /* End of the cycle, UTC */
  'mes_a'::TEXT AS source_system,  /* System the row came from */
  load._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  load._row::BIGINT AS _row  /* Record number in the file */
FROM stg.mes_a__sterilisation AS load
