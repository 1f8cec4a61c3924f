MODEL (
  name stg.u8_b__as_product,
  kind EMBEDDED,
  owner plant_b_erp,
  grain (product_id),
  description 'Items of plant B.',
  tags (stg, u8_b)
);

SELECT
  ('u8_b:' || item.product_code)::TEXT AS product_id,  /* Product key 'u8_b:<product_code>' */
  'B'::TEXT AS site_code,  /* Plant B */
  item.product_code::TEXT AS product_code,  /* Item code */
  item.product_name::TEXT AS product_name_zh,  /* Chinese name */
  NULL::TEXT AS product_name_en,  /* U8 keeps no English name */
  item.product_type_code::TEXT AS product_type_code,  /* finished, semifinished, raw or packaging */
  item.uom_code::TEXT AS base_uom_code,  /* Unit in which stock is counted, UN/ECE Rec 20 */
  item.spec_name::TEXT AS spec_name,  /* Specification as written */
  item.is_batch_managed::BOOLEAN AS is_batch_managed,  /* Every movement must carry a lot */
  item.is_serial_managed::BOOLEAN AS is_serial_managed,  /* Every movement must carry serial numbers */
  item.shelf_life_days::BIGINT AS shelf_life_days,  /* Shelf life in days; NULL when not managed */
  item.created_date::DATE AS created_date,  /* Day from which the item is in use */
  'u8_b'::TEXT AS source_system,  /* System the row came from */
  item._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  item._row::BIGINT AS _row  /* Record number in the file */
FROM stg.u8_b__inventory AS item
