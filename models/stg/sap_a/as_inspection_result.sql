MODEL (
  name stg.sap_a__as_inspection_result,
  kind EMBEDDED,
  owner plant_a_erp,
  grain (inspection_no, characteristic_name),
  description 'Results of inspected characteristics of plant A; words stay words and have no number.',
  tags (stg, sap_a)
);

WITH written_result AS (
  SELECT
    *,
    -- SAP writes the minus behind the number and groups thousands with commas.
    CASE WHEN value_text LIKE '%-' THEN '-' ELSE '' END || REPLACE(RTRIM(value_text, '-'), ',', '') AS number_text
  FROM stg.sap_a__qamr
)
SELECT
  result.inspection_no::TEXT AS inspection_no,  /* Inspection lot number */
  'A'::TEXT AS site_code,  /* Plant A */
  result.characteristic_name::TEXT AS characteristic_name,  /* Inspected characteristic */
  result.value_text::TEXT AS value_text,  /* Result as written */
  TRY_CAST(result.number_text AS DECIMAL(18, 6))::DECIMAL(18, 6) AS value,  /* Result as a number in unit_code; NULL for words and limits such as ≤0.05 */
  result.unit_code::TEXT AS unit_code,  /* Unit of the result as the source writes it */
  result.lower_limit::DECIMAL(18, 6) AS lower_limit,  /* Lower tolerance in unit_code */
  result.upper_limit::DECIMAL(18, 6) AS upper_limit,  /* Upper tolerance in unit_code */
  result.result_code::TEXT AS result_code,  /* pass or fail */
  NULL::TEXT AS equipment_id,  /* Not in this source */
  NULL::TIMESTAMPTZ AS measured_at,  /* Not in this source */
  'sap_a'::TEXT AS source_system,  /* System the row came from */
  result._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  result._row::BIGINT AS _row  /* Record number in the file */
FROM written_result AS result
