MODEL (
  name stg.gudid__as_us_device_attribute__sterilisation,
  kind EMBEDDED,
  owner regulatory_affairs,
  grain (record_id, kind_code, code, name, text, value, unit_name, low_value, low_unit_name),
  description 'Methods of sterilisation of published US records.',
  tags (stg, gudid)
);

SELECT
  ('published:' || method.primary_di)::TEXT AS record_id,  /* Record the row belongs to */
  'published'::TEXT AS register_code,  /* declared or published */
  'sterilisation'::TEXT AS kind_code,  /* gmdn, product_code, premarket, sterilisation, fei, size or storage */
  NULL::TEXT AS code,  /* Code of the term, number of the submission, or establishment identifier */
  method.method_name::TEXT AS name,  /* Term, method, type of the submission, size or condition */
  NULL::TEXT AS text,  /* Definition, supplement number, or size or condition in words */
  NULL::TEXT AS value,  /* Size, or highest value of a condition, as written */
  NULL::TEXT AS unit_name,  /* Unit of the value */
  NULL::TEXT AS low_value,  /* Lowest value of a condition, as written */
  NULL::TEXT AS low_unit_name,  /* Unit of the lowest value */
  NULL::BOOLEAN AS is_implantable,  /* Implantable term */
  NULL::TEXT AS status_name,  /* Status of the term */
  'gudid'::TEXT AS source_system,  /* System the row came from */
  method._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  method._row::BIGINT AS _row  /* Record number in the file */
FROM stg.gudid__sterilisation_method AS method
