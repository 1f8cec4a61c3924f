MODEL (
  name core.us_device_attribute,
  kind FULL,
  owner regulatory,
  grain (record_id, kind_code, code, name, text, value, unit_name, low_value, low_unit_name),
  description 'What US device records list: terms, codes, submissions, methods, sizes, conditions.',
  tags (core),
  audits (not_null(columns := (record_id, kind_code)), unique_combination_of_columns(columns := (record_id, kind_code, code, name, text, value, unit_name, low_value, low_unit_name)))
);

SELECT
  record_id::TEXT AS record_id,  /* Record the row belongs to */
  register_code::TEXT AS register_code,  /* declared or published */
  kind_code::TEXT AS kind_code,  /* gmdn, product_code, premarket, sterilisation, fei, size or storage */
  code::TEXT AS code,  /* Code of the term, number of the submission, or establishment identifier */
  name::TEXT AS name,  /* Term, method, type of the submission, size or condition */
  text::TEXT AS text,  /* Definition, supplement number, or size or condition in words */
  value::TEXT AS value,  /* Size, or highest value of a condition, as written */
  unit_name::TEXT AS unit_name,  /* Unit of the value */
  low_value::TEXT AS low_value,  /* Lowest value of a condition, as written */
  low_unit_name::TEXT AS low_unit_name,  /* Unit of the lowest value */
  is_implantable::BOOLEAN AS is_implantable,  /* Implantable term */
  status_name::TEXT AS status_name,  /* Status of the term */
  source_system::TEXT AS source_system,  /* System the row came from */
  _source_table::TEXT AS _source_table,  /* Contract of the source row */
  _file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  _row::BIGINT AS _row  /* Record number in the file */
FROM @entity(@as_us_device_attribute) AS mapped
QUALIFY
  @is_survivor(record_id, kind_code, code, name, text, value, unit_name, low_value, low_unit_name)
