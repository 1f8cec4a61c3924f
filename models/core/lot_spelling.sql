MODEL (
  name core.lot_spelling,
  kind FULL,
  owner master_data,
  grain (spelling_id),
  description 'Every way a system writes a lot of a product, and how many of its records do so.',
  tags (core),
  audits (not_null(columns := (spelling_id, source_system, site_code, lot_text, record_count)), unique_values(columns := (spelling_id)))
);

SELECT
  (source_system || '|' || site_code || '|' || COALESCE(product_code, '') || '|' || lot_text)::TEXT AS spelling_id,  /* system, plant, product and text in one */
  source_system::TEXT AS source_system,  /* System that writes it so */
  site_code::TEXT AS site_code,  /* Plant: A, B, C; G for public registers */
  product_code::TEXT AS product_code,  /* Material number as the plant writes it, NULL when the record names none */
  lot_text::TEXT AS lot_text,  /* The lot as the system writes it */
  COUNT(*)::BIGINT AS record_count,  /* Places in records that write it so */
  MIN(_source_table)::TEXT AS _source_table,  /* Contract of the first of these records */
  ARG_MIN(_file_sha256, (_source_table, _file_sha256, _row))::TEXT AS _file_sha256,  /* File of that record */
  ARG_MIN(_row, (_source_table, _file_sha256, _row))::BIGINT AS _row  /* Record number in the file */
FROM core.lot_mention
GROUP BY
  source_system, site_code, product_code, lot_text
