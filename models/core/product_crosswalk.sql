MODEL (
  name core.product_crosswalk,
  kind FULL,
  owner master_data,
  grain (product_id),
  description 'Which product a material number of a system stands for: one product where the sales unit has one GTIN, else where certificate and model are the same; a product whose GTINs contradict each other stands alone.',
  tags (core),
  audits (not_null(columns := (product_id, golden_product_id, match_rule_code)), unique_values(columns := (product_id)))
);

WITH sales_unit AS (
  SELECT product_id, MIN(di) AS di, COUNT(DISTINCT di) AS di_count
  FROM core.product_identifier
  WHERE is_gtin AND level_code = 'primary'
  GROUP BY product_id
), elsewhere AS (
  /* A sales unit whose code is a package of another product is no proof of anything. */
  SELECT DISTINCT unit.di
  FROM sales_unit AS unit
  INNER JOIN core.product_identifier AS other
    ON other.di = unit.di AND other.level_code <> 'primary' AND other.product_id <> unit.product_id
), proven AS (
  SELECT product_id, di FROM sales_unit WHERE di_count = 1 AND NOT di IN (SELECT di FROM elsewhere)
), certified AS (
  SELECT said.product_id, MIN(said.registration_no) AS registration_no, MIN(UPPER(@text(product.spec_name))) AS model_name
  FROM core.product_identifier AS said
  INNER JOIN core.product AS product
    ON product.product_id = said.product_id
  WHERE NOT said.registration_no IS NULL
  GROUP BY said.product_id
  HAVING COUNT(DISTINCT said.registration_no) = 1
), modelled AS (
  SELECT certified.*, proven.di
  FROM certified
  LEFT JOIN proven ON proven.product_id = certified.product_id
  WHERE NOT certified.model_name IS NULL
), model AS (
  SELECT registration_no, model_name, MIN(di) AS di
  FROM modelled
  GROUP BY registration_no, model_name
  HAVING COUNT(DISTINCT di) <= 1 AND COUNT(*) > 1
), judged AS (
  SELECT
    product.*, proven.di, model.registration_no, model.model_name, COALESCE(proven.di, model.di) AS golden_di,
    CASE
      WHEN NOT proven.di IS NULL THEN 'gtin'
      WHEN sales_unit.di_count > 0 THEN 'conflict'
      WHEN NOT model.model_name IS NULL THEN 'registration'
      ELSE 'code'
    END AS match_rule_code
  FROM core.product AS product
  LEFT JOIN sales_unit ON sales_unit.product_id = product.product_id
  LEFT JOIN proven ON proven.product_id = product.product_id
  LEFT JOIN modelled ON modelled.product_id = product.product_id
  LEFT JOIN model ON model.registration_no = modelled.registration_no AND model.model_name = modelled.model_name
)
SELECT
  product_id::TEXT AS product_id,  /* Product key '<system>:<product_code>' */
  source_system::TEXT AS source_system,  /* System of the material number */
  site_code::TEXT AS site_code,  /* Plant: A, B, C; G for public registers */
  product_code::TEXT AS product_code,  /* Material number as the plant writes it, without padding */
  (CASE
    WHEN match_rule_code IN ('code', 'conflict') THEN product_id
    WHEN NOT golden_di IS NULL THEN 'gtin:' || golden_di
    ELSE 'registration:' || registration_no || '|' || model_name
  END)::TEXT AS golden_product_id,  /* The product it stands for */
  match_rule_code::TEXT AS match_rule_code,  /* gtin (of the sales unit), registration (certificate and model), code (stands alone) or conflict (its GTINs contradict each other) */
  di::TEXT AS di,  /* GTIN of the sales unit that proves it */
  _source_table::TEXT AS _source_table,  /* Contract of the source row */
  _file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  _row::BIGINT AS _row  /* Record number in the file */
FROM judged
