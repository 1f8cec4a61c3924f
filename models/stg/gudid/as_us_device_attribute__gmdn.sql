MODEL (
  name stg.gudid__as_us_device_attribute__gmdn,
  kind EMBEDDED,
  owner regulatory_affairs,
  grain (record_id, kind_code, code, name, text, value, unit_name, low_value, low_unit_name),
  description 'GMDN terms of published US records.',
  tags (stg, gudid)
);

SELECT
  ('published:' || term.primary_di)::TEXT AS record_id,  /* Record the row belongs to */
  'published'::TEXT AS register_code,  /* declared or published */
  'gmdn'::TEXT AS kind_code,  /* gmdn, product_code, premarket, sterilisation, fei, size or storage */
  term.gmdn_code::TEXT AS code,  /* Code of the term, number of the submission, or establishment identifier */
  term.gmdn_name::TEXT AS name,  /* Term, method, type of the submission, size or condition */
  term.gmdn_definition::TEXT AS text,  /* Definition, supplement number, or size or condition in words */
  NULL::TEXT AS value,  /* Size, or highest value of a condition, as written */
  NULL::TEXT AS unit_name,  /* Unit of the value */
  NULL::TEXT AS low_value,  /* Lowest value of a condition, as written */
  NULL::TEXT AS low_unit_name,  /* Unit of the lowest value */
  term.is_implantable::BOOLEAN AS is_implantable,  /* Implantable term */
  term.gmdn_status_name::TEXT AS status_name,  /* Status of the term */
  'gudid'::TEXT AS source_system,  /* System the row came from */
  term._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  term._row::BIGINT AS _row  /* Record number in the file */
FROM stg.gudid__gmdn_term AS term
