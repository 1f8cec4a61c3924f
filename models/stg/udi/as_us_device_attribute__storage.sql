MODEL (
  name stg.udi__as_us_device_attribute__storage,
  kind EMBEDDED,
  owner regulatory_affairs,
  grain (record_id, kind_code, code, name, text, value, unit_name, low_value, low_unit_name),
  description 'Declared storage temperatures of devices listed in the US, in the words of FDA.',
  tags (stg, udi)
);

SELECT
  ('declared:' || storage.primary_di)::TEXT AS record_id,  /* Record the row belongs to */
  'declared'::TEXT AS register_code,  /* declared or published */
  'storage'::TEXT AS kind_code,  /* gmdn, product_code, premarket, sterilisation, fei, size or storage */
  NULL::TEXT AS code,  /* Code of the term, number of the submission, or establishment identifier */
  (CASE storage.range_unit_name
    WHEN '℃' THEN 'Storage Environment Temperature'
    ELSE storage.condition_name END)::TEXT AS name,  /* Term, method, type of the submission, size or condition */
  NULL::TEXT AS text,  /* Definition, supplement number, or size or condition in words */
  (REGEXP_REPLACE(storage.range_max::TEXT, '[.]?0+$', ''))::TEXT AS value,  /* Size, or highest value of a condition, as written */
  (CASE storage.range_unit_name
    WHEN '℃' THEN CASE WHEN NOT storage.range_max IS NULL THEN 'Degrees Celsius' END
    ELSE storage.range_unit_name END)::TEXT AS unit_name,  /* Unit of the value */
  (REGEXP_REPLACE(storage.range_min::TEXT, '[.]?0+$', ''))::TEXT AS low_value,  /* Lowest value of a condition, as written */
  (CASE storage.range_unit_name
    WHEN '℃' THEN CASE WHEN NOT storage.range_min IS NULL THEN 'Degrees Celsius' END
    ELSE storage.range_unit_name END)::TEXT AS low_unit_name,  /* Unit of the lowest value */
  NULL::BOOLEAN AS is_implantable,  /* Implantable term */
  NULL::TEXT AS status_name,  /* Status of the term */
  'udi'::TEXT AS source_system,  /* System the row came from */
  storage._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  storage._row::BIGINT AS _row  /* Record number in the file */
FROM stg.udi__declared_storage AS storage
INNER JOIN stg.udi__us_listing AS listing
  ON listing.primary_di = storage.primary_di
