MODEL (
  name core.lot_crosswalk,
  kind FULL,
  owner master_data,
  grain (spelling_id),
  description 'Which physical lot a spelling of a system stands for and the rule that joined them. A spelling several lots answer to is joined to none; lots that come near are named.',
  tags (core),
  audits (not_null(columns := (spelling_id, source_system, site_code, lot_text, status_code)), unique_values(columns := (spelling_id)))
);

WITH plain AS (
  SELECT *, @norm_lot(lot_text) AS plain_no FROM core.lot_spelling
), bare AS (
  SELECT *, @lot_bare(plain_no) AS bare_no FROM plain
), unprefixed AS (
  SELECT *, @lot_without_prefix(bare_no, site_code, product_code) AS number_no FROM bare
), reduced AS (
  SELECT *, @lot_without_part(number_no) AS whole_no, ROW_NUMBER() OVER (ORDER BY spelling_id) AS spelling_no
  FROM unprefixed
), tried AS (
  SELECT *, 'padding' AS rule_code, 3 AS step_no, @lot_key(plain_no) AS lot_key FROM reduced
  UNION ALL SELECT *, 'sterilisation', 4, @lot_key(bare_no) FROM reduced WHERE bare_no <> plain_no
  UNION ALL SELECT *, 'prefix', 5, @lot_key(number_no) FROM reduced WHERE number_no <> bare_no
  UNION ALL SELECT *, 'suffix', 6, @lot_key(whole_no) FROM reduced WHERE whole_no <> number_no
), keyed_lot AS (
  SELECT lot_id, site_code, product_code, lot_no, @lot_key(lot_no) AS lot_key FROM core.lot
), answered AS (
  SELECT
    tried.spelling_no, lot.lot_id, lot.lot_no,
    CASE WHEN lot.lot_no = tried.lot_text THEN 1 WHEN lot.lot_no = tried.plain_no THEN 2 ELSE tried.step_no END AS step_no,
    CASE
      WHEN lot.lot_no = tried.lot_text THEN 'exact'
      WHEN lot.lot_no = tried.plain_no AND LENGTH(lot.lot_no) = LENGTH(tried.lot_text) THEN 'notation'
      ELSE tried.rule_code
    END AS rule_code
  FROM tried
  INNER JOIN keyed_lot AS lot
    ON lot.lot_key = tried.lot_key AND lot.site_code = tried.site_code
    AND (tried.product_code IS NULL OR lot.product_code = tried.product_code)
), nearest AS (
  SELECT * FROM answered QUALIFY step_no = MIN(step_no) OVER (PARTITION BY spelling_no)
), elsewhere AS (
  SELECT tried.spelling_no, lot.lot_id
  FROM tried INNER JOIN keyed_lot AS lot ON lot.lot_key = tried.lot_key
  WHERE NOT tried.spelling_no IN (SELECT spelling_no FROM nearest)
), candidate AS (
  SELECT spelling_no, lot_id FROM nearest UNION SELECT spelling_no, lot_id FROM elsewhere
), named AS (
  SELECT
    spelling_no, COUNT(*) AS candidate_count, STRING_AGG(lot_id, '; ' ORDER BY lot_id) FILTER(WHERE place_no <= 10) AS lot_ids
  FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY spelling_no ORDER BY lot_id) AS place_no FROM candidate) AS placed
  GROUP BY spelling_no
), joined AS (
  SELECT spelling_no, MIN(lot_id) AS lot_id, MIN(lot_no) AS lot_no, MIN(rule_code) AS rule_code
  FROM nearest
  GROUP BY spelling_no
  HAVING COUNT(DISTINCT lot_id) = 1
)
SELECT
  reduced.spelling_id::TEXT AS spelling_id,  /* system, plant, product and text in one */
  reduced.source_system::TEXT AS source_system,  /* System that writes it so */
  reduced.site_code::TEXT AS site_code,  /* Plant: A, B, C; G for public registers */
  reduced.product_code::TEXT AS product_code,  /* Material number as the plant writes it, NULL when the record names none */
  reduced.lot_text::TEXT AS lot_text,  /* The lot as the system writes it */
  (CASE WHEN NOT joined.lot_id IS NULL THEN 'joined' WHEN reduced.spelling_no IN (SELECT spelling_no FROM nearest) THEN 'ambiguous' ELSE 'unresolved' END)::TEXT AS status_code,  /* joined, ambiguous (several lots answer) or unresolved (none does) */
  (CASE WHEN NOT joined.lot_id IS NULL AND reduced.product_code IS NULL THEN 'plant' ELSE joined.rule_code END)::TEXT AS match_rule_code,  /* exact, notation (case, width), padding, sterilisation, prefix, suffix; plant: no product named and one lot at the plant */
  joined.lot_id::TEXT AS lot_id,  /* The lot it stands for, NULL unless joined */
  joined.lot_no::TEXT AS lot_no,  /* Number of that lot */
  @sterilisation_part(reduced.plain_no)::TEXT AS sterilisation_lot_no,  /* Sterilisation lot written into the same field */
  (CASE WHEN joined.rule_code = 'suffix' THEN @lot_part(reduced.number_no) END)::TEXT AS part_no,  /* Part of the lot that the suffix names */
  COALESCE(named.candidate_count, 0)::BIGINT AS candidate_count,  /* Lots that answer; for an unresolved one, lots of other products and plants that would */
  (CASE WHEN joined.lot_id IS NULL THEN named.lot_ids END)::TEXT AS candidate_lot_ids,  /* The first ten of them, for a person to decide */
  reduced.record_count::BIGINT AS record_count,  /* Records that write it so */
  reduced._source_table::TEXT AS _source_table,  /* Contract of one of these records */
  reduced._file_sha256::TEXT AS _file_sha256,  /* File of that record */
  reduced._row::BIGINT AS _row  /* Record number in the file */
FROM reduced
LEFT JOIN joined ON joined.spelling_no = reduced.spelling_no
LEFT JOIN named ON named.spelling_no = reduced.spelling_no
