MODEL (
  name stg.gudid__as_us_device_attribute__size,
  kind EMBEDDED,
  owner regulatory_affairs,
  grain (record_id, kind_code, code, name, text, value, unit_name, low_value, low_unit_name),
  description 'Clinical sizes of published US records.',
  tags (stg, gudid)
);

SELECT
  ('published:' || size.primary_di)::TEXT AS record_id,  /* Record the row belongs to */
  'published'::TEXT AS register_code,  /* declared or published */
  'size'::TEXT AS kind_code,  /* gmdn, product_code, premarket, sterilisation, fei, size or storage */
  NULL::TEXT AS code,  /* Code of the term, number of the submission, or establishment identifier */
  size.size_type_name::TEXT AS name,  /* Term, method, type of the submission, size or condition */
  size.size_text::TEXT AS text,  /* Definition, supplement number, or size or condition in words */
  size.size_value::TEXT AS value,  /* Size, or highest value of a condition, as written */
  size.size_unit_name::TEXT AS unit_name,  /* Unit of the value */
  NULL::TEXT AS low_value,  /* Lowest value of a condition, as written */
  NULL::TEXT AS low_unit_name,  /* Unit of the lowest value */
  NULL::BOOLEAN AS is_implantable,  /* Implantable term */
  NULL::TEXT AS status_name,  /* Status of the term */
  'gudid'::TEXT AS source_system,  /* System the row came from */
  size._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  size._row::BIGINT AS _row  /* Record number in the file */
FROM stg.gudid__size AS size
