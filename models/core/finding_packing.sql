MODEL (
  name core.finding_packing,
  kind FULL,
  owner data_platform,
  description 'Findings about handling units: codes whose check digit is wrong, as a spreadsheet leaves them.',
  tags (core),
  audits (not_null(columns := (rule_id, source_table, file_sha256, row_no)))
);

SELECT
  'DQ-SHP-002'::TEXT AS rule_id,  /* Rule that speaks */
  'warned'::TEXT AS action,  /* warned, or merged into a survivor */
  unit._source_table::TEXT AS source_table,  /* Contract of the source row */
  unit._file_sha256::TEXT AS file_sha256,  /* File of the source row */
  unit._row::BIGINT AS row_no,  /* Record number in the file, 1-based */
  'sscc'::TEXT AS column_name,  /* Column that shows it, in house names */
  unit.sscc::TEXT AS before,  /* Value that was found */
  NULL::TEXT AS after,  /* Nothing is changed here; NULL */
  'SSCC 校验位错误 | SSCC check digit wrong'::TEXT AS message  /* The rule in words, Chinese and English */
FROM core.handling_unit AS unit
WHERE
  NOT unit.is_sscc_valid
