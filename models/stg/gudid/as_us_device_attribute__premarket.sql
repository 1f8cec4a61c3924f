MODEL (
  name stg.gudid__as_us_device_attribute__premarket,
  kind EMBEDDED,
  owner regulatory_affairs,
  grain (record_id, kind_code, code, name, text, value, unit_name, low_value, low_unit_name),
  description 'Premarket submissions of published US records; most are empty, for FDA does not publish them.',
  tags (stg, gudid)
);

SELECT
  ('published:' || submission.primary_di)::TEXT AS record_id,  /* Record the row belongs to */
  'published'::TEXT AS register_code,  /* declared or published */
  'premarket'::TEXT AS kind_code,  /* gmdn, product_code, premarket, sterilisation, fei, size or storage */
  submission.submission_no::TEXT AS code,  /* Code of the term, number of the submission, or establishment identifier */
  submission.submission_type_name::TEXT AS name,  /* Term, method, type of the submission, size or condition */
  submission.supplement_no::TEXT AS text,  /* Definition, supplement number, or size or condition in words */
  NULL::TEXT AS value,  /* Size, or highest value of a condition, as written */
  NULL::TEXT AS unit_name,  /* Unit of the value */
  NULL::TEXT AS low_value,  /* Lowest value of a condition, as written */
  NULL::TEXT AS low_unit_name,  /* Unit of the lowest value */
  NULL::BOOLEAN AS is_implantable,  /* Implantable term */
  NULL::TEXT AS status_name,  /* Status of the term */
  'gudid'::TEXT AS source_system,  /* System the row came from */
  submission._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  submission._row::BIGINT AS _row  /* Record number in the file */
FROM stg.gudid__premarket AS submission
WHERE
  NOT submission.submission_no IS NULL
