MODEL (
  name stg.udi__as_us_device_attribute__size,
  kind EMBEDDED,
  owner regulatory_affairs,
  grain (record_id, kind_code, code, name, text, value, unit_name, low_value, low_unit_name),
  description 'Declared sizes of devices listed in the US, in the words of FDA where it has one.',
  tags (stg, udi)
);

SELECT
  ('declared:' || size.primary_di)::TEXT AS record_id,  /* Record the row belongs to */
  'declared'::TEXT AS register_code,  /* declared or published */
  'size'::TEXT AS kind_code,  /* gmdn, product_code, premarket, sterilisation, fei, size or storage */
  NULL::TEXT AS code,  /* Code of the term, number of the submission, or establishment identifier */
  (CASE size.size_type_name
    WHEN '外径' THEN 'Outer Diameter'
    WHEN '球囊直径' THEN 'Outer Diameter'
    WHEN '长度' THEN 'Length'
    WHEN '球囊长度' THEN 'Length'
    WHEN '容量' THEN 'Total Volume'
    ELSE size.size_type_name END)::TEXT AS name,  /* Term, method, type of the submission, size or condition */
  NULL::TEXT AS text,  /* Definition, supplement number, or size or condition in words */
  size.size_value::TEXT AS value,  /* Size, or highest value of a condition, as written */
  (CASE size.size_unit_name
    WHEN 'mm' THEN 'Millimeter'
    WHEN 'cm' THEN 'Centimeter'
    WHEN 'Fr' THEN 'French'
    WHEN 'mL' THEN 'Milliliter'
    ELSE size.size_unit_name END)::TEXT AS unit_name,  /* Unit of the value */
  NULL::TEXT AS low_value,  /* Lowest value of a condition, as written */
  NULL::TEXT AS low_unit_name,  /* Unit of the lowest value */
  NULL::BOOLEAN AS is_implantable,  /* Implantable term */
  NULL::TEXT AS status_name,  /* Status of the term */
  'udi'::TEXT AS source_system,  /* System the row came from */
  size._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  size._row::BIGINT AS _row  /* Record number in the file */
FROM stg.udi__declared_size AS size
INNER JOIN stg.udi__us_listing AS listing
  ON listing.primary_di = size.primary_di
