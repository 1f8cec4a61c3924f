MODEL (
  name core.finding_party,
  kind FULL,
  owner data_platform,
  description 'Findings about who is who: parties that may be one, codes of agents, values and decisions that contradict, reviews that wait too long.',
  tags (core),
  audits (not_null(columns := (rule_id, source_table, file_sha256, row_no)))
);

WITH two_sided AS (
  SELECT role_code, left_id AS record_id, band_code, rule_code, is_open, is_two_codes, is_overdue
  FROM core.identity_pair
  UNION ALL
  SELECT role_code, right_id AS record_id, band_code, rule_code, is_open, is_two_codes, is_overdue
  FROM core.identity_pair
), found AS (
  /* A pair the model joined stays in sight like one that waits: nobody but a likeness says that they are one. */
  SELECT
    CASE role_code WHEN 'supplier' THEN 'DQ-SUP-002' ELSE 'DQ-CUS-002' END AS rule_id, role_code, record_id, 'name' AS attribute,
    '疑似重复，待人工确认或由模型合并 | may be the same party: for a person to decide, or joined by the model' AS message
  FROM two_sided
  WHERE is_open OR (band_code = 'auto' AND rule_code = 'model')
  UNION ALL
  SELECT
    'DQ-IDT-001' AS rule_id, role_code, record_id, 'uscc' AS attribute,
    '名称相同而信用代码不同且均有效，不合并 | alike in all else, with two different valid credit codes: never joined' AS message
  FROM two_sided
  WHERE is_two_codes
  UNION ALL
  SELECT
    'DQ-IDT-004' AS rule_id, role_code, record_id, 'name' AS attribute,
    '疑似重复超过复核期限 | may be the same party, and waits for a decision longer than agreed' AS message
  FROM two_sided
  WHERE is_overdue
  UNION ALL
  SELECT
    'DQ-IDT-002' AS rule_id, loser.role_code, loser.record_id, loser.attribute,
    '与金记录的值相矛盾 | contradicts the value of the golden record' AS message
  FROM core.party_value AS loser
  INNER JOIN core.party_value AS winner
    ON winner.role_code = loser.role_code AND winner.golden_id = loser.golden_id AND winner.attribute = loser.attribute
    AND winner.is_golden AND loser.is_eligible AND loser.value <> winner.value
  WHERE loser.attribute IN ('country_code', 'tax_id')
  UNION ALL
  SELECT
    'DQ-IDT-003' AS rule_id, bond.role_code, bond.left_id AS record_id, 'uscc' AS attribute,
    '合并决定无法执行：信用代码不同或另有分开的决定 | a decision to merge rests: different credit codes, or another keeps them apart' AS message
  FROM stg.medlake__identity_bond AS bond
  INNER JOIN core.party_golden AS one ON one.role_code = bond.role_code AND one.record_id = bond.left_id
  INNER JOIN core.party_golden AS other ON other.role_code = bond.role_code AND other.record_id = bond.right_id
  WHERE bond.kind_code = 'joined' AND one.golden_id <> other.golden_id
  UNION ALL
  SELECT
    'DQ-SUP-003' AS rule_id, role_code, record_id, 'uscc' AS attribute,
    '境外供应商带有境内信用代码，视为代理人的，不用于识别 | a foreign supplier with a Chinese credit code: taken for its agent''s, not used to identify it' AS message
  FROM core.party
  WHERE role_code = 'supplier' AND uscc_role_code = 'agent'
)
SELECT DISTINCT
  found.rule_id::TEXT AS rule_id,  /* Rule that speaks */
  'warned'::TEXT AS action,  /* Nothing is kept out for who is who */
  party._source_table::TEXT AS source_table,  /* Contract of the source row */
  party._file_sha256::TEXT AS file_sha256,  /* File of the source row */
  party._row::BIGINT AS row_no,  /* Record number in the file, 1-based */
  CASE found.attribute WHEN 'name' THEN found.role_code || '_name' ELSE found.attribute END::TEXT AS column_name,  /* Column that shows it, in house names */
  CASE found.attribute WHEN 'name' THEN party.party_name WHEN 'uscc' THEN party.said_uscc WHEN 'tax_id' THEN party.said_tax_id ELSE party.said_country_code END::TEXT AS before,  /* Value that was found */
  NULL::TEXT AS after,  /* Nothing is changed here; NULL */
  found.message::TEXT AS message  /* The rule in words, Chinese and English */
FROM found
INNER JOIN core.party AS party
  ON party.role_code = found.role_code AND party.record_id = found.record_id
