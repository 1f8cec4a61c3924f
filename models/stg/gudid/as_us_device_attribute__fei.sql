MODEL (
  name stg.gudid__as_us_device_attribute__fei,
  kind EMBEDDED,
  owner regulatory_affairs,
  grain (record_id, kind_code, code, name, text, value, unit_name, low_value, low_unit_name),
  description 'Establishments of published US records; most are empty, for FDA does not publish them.',
  tags (stg, gudid)
);

SELECT
  ('published:' || establishment.primary_di)::TEXT AS record_id,  /* Record the row belongs to */
  'published'::TEXT AS register_code,  /* declared or published */
  'fei'::TEXT AS kind_code,  /* gmdn, product_code, premarket, sterilisation, fei, size or storage */
  establishment.fei_no::TEXT AS code,  /* Code of the term, number of the submission, or establishment identifier */
  NULL::TEXT AS name,  /* Term, method, type of the submission, size or condition */
  NULL::TEXT AS text,  /* Definition, supplement number, or size or condition in words */
  NULL::TEXT AS value,  /* Size, or highest value of a condition, as written */
  NULL::TEXT AS unit_name,  /* Unit of the value */
  NULL::TEXT AS low_value,  /* Lowest value of a condition, as written */
  NULL::TEXT AS low_unit_name,  /* Unit of the lowest value */
  NULL::BOOLEAN AS is_implantable,  /* Implantable term */
  NULL::TEXT AS status_name,  /* Status of the term */
  'gudid'::TEXT AS source_system,  /* System the row came from */
  establishment._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  establishment._row::BIGINT AS _row  /* Record number in the file */
FROM stg.gudid__fei AS establishment
WHERE
  NOT establishment.fei_no IS NULL
