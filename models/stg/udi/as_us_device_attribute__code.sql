MODEL (
  name stg.udi__as_us_device_attribute__code,
  kind EMBEDDED,
  owner regulatory_affairs,
  grain (record_id, kind_code, code, name, text, value, unit_name, low_value, low_unit_name),
  description 'FDA product codes, GMDN terms and submissions of devices the company lists in the US.',
  tags (stg, udi)
);

SELECT
  ('declared:' || term.primary_di)::TEXT AS record_id,  /* Record the row belongs to */
  'declared'::TEXT AS register_code,  /* declared or published */
  term.kind_code::TEXT AS kind_code,  /* gmdn, product_code, premarket, sterilisation, fei, size or storage */
  term.code::TEXT AS code,  /* Code of the term, number of the submission, or establishment identifier */
  term.code_name::TEXT AS name,  /* Term, method, type of the submission, size or condition */
  term.supplement_no::TEXT AS text,  /* Definition, supplement number, or size or condition in words */
  NULL::TEXT AS value,  /* Size, or highest value of a condition, as written */
  NULL::TEXT AS unit_name,  /* Unit of the value */
  NULL::TEXT AS low_value,  /* Lowest value of a condition, as written */
  NULL::TEXT AS low_unit_name,  /* Unit of the lowest value */
  NULL::BOOLEAN AS is_implantable,  /* Implantable term */
  NULL::TEXT AS status_name,  /* Status of the term */
  'udi'::TEXT AS source_system,  /* System the row came from */
  term._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  term._row::BIGINT AS _row  /* Record number in the file */
FROM stg.udi__us_code AS term
INNER JOIN stg.udi__us_listing AS listing
  ON listing.primary_di = term.primary_di
