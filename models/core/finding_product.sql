MODEL (
  name core.finding_product,
  kind FULL,
  owner data_platform,
  description 'Findings about identifiers of products: two GTINs for one sales unit, one GTIN for two products, one GTIN at two packaging levels.',
  tags (core),
  audits (not_null(columns := (rule_id, source_table, file_sha256, row_no)))
);

WITH two_codes AS (
  SELECT product_id, STRING_AGG(DISTINCT di, ', ' ORDER BY di) AS dis
  FROM core.product_identifier
  WHERE is_gtin AND level_code = 'primary'
  GROUP BY product_id
  HAVING COUNT(DISTINCT di) > 1
), shared AS (
  SELECT site_code, di, STRING_AGG(DISTINCT product_id, ', ' ORDER BY product_id) AS product_ids
  FROM core.product_identifier
  WHERE is_gtin AND site_code <> 'G'
  GROUP BY site_code, di
  HAVING COUNT(DISTINCT product_id) > 1
), two_levels AS (
  SELECT di, STRING_AGG(DISTINCT level_code, ', ' ORDER BY level_code) AS levels
  FROM core.product_identifier
  WHERE is_gtin AND level_code <> 'direct_mark'
  GROUP BY di
  HAVING COUNT(DISTINCT level_code) > 1
), found AS (
  SELECT
    'DQ-PRD-001' AS rule_id, said._source_table, said._file_sha256, said._row, said.product_id || ': ' || two_codes.dis AS before,
    '同一产品的最小销售单元有多个 GTIN | several GTINs for the sales unit of one product' AS message
  FROM core.product_identifier AS said
  INNER JOIN two_codes ON two_codes.product_id = said.product_id
  WHERE said.is_gtin AND said.level_code = 'primary'
  UNION ALL
  SELECT
    'DQ-PRD-002', said._source_table, said._file_sha256, said._row, said.di || ': ' || shared.product_ids,
    '同一工厂内一个 GTIN 用于多个产品 | one GTIN for several products of a plant'
  FROM core.product_identifier AS said
  INNER JOIN shared ON shared.site_code = said.site_code AND shared.di = said.di
  UNION ALL
  SELECT
    'DQ-PRD-003', said._source_table, said._file_sha256, said._row, said.di || ': ' || two_levels.levels,
    '同一 GTIN 出现在不同包装级别 | one GTIN at different packaging levels'
  FROM core.product_identifier AS said
  INNER JOIN two_levels ON two_levels.di = said.di
  WHERE said.is_gtin
)
SELECT
  rule_id::TEXT AS rule_id,  /* Rule that speaks */
  'warned'::TEXT AS action,  /* warned */
  _source_table::TEXT AS source_table,  /* Contract of the source row */
  _file_sha256::TEXT AS file_sha256,  /* File of the source row */
  _row::BIGINT AS row_no,  /* Record number in the file, 1-based */
  'di'::TEXT AS column_name,  /* Column that shows it, in house names */
  before::TEXT AS before,  /* Value that was found */
  NULL::TEXT AS after,  /* Nothing is changed here; NULL */
  message::TEXT AS message  /* The rule in words, Chinese and English */
FROM found
