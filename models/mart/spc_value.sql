MODEL (
  name mart.spc_value,
  kind FULL,
  owner quality,
  grain (source_system, _file_sha256, _row),
  description 'Measured values for control charts (统计过程控制), one stream per plant, system, product, characteristic, unit and specification: values of two versions of a specification never share a chart. The values of one inspection or operation are a subgroup. Text results, and values whose product is not known, make no chart.',
  tags (mart),
  audits (
    not_null(columns := (stream_id, source_system, subgroup_id, value)),
    unique_combination_of_columns(columns := (source_system, _file_sha256, _row))
  )
);

WITH measured AS (
  SELECT
    result.*,
    COALESCE(inspection.product_id, event.source_product_id) AS product_id,
    COALESCE(inspection.lot_id, event.lot_id) AS lot_id,
    event.operation_code,
    COALESCE(result.measured_at, inspection.decided_at) AS ordered_at
  FROM core.inspection_result AS result
  LEFT JOIN core.inspection AS inspection
    ON inspection.site_code = result.site_code AND inspection.inspection_no = result.inspection_no
  LEFT JOIN (
    SELECT event.site_code, event.event_id, event.lot_id, event.operation_code, product.product_id AS source_product_id
    FROM core.operation_event AS event
    LEFT JOIN core.product AS product
      ON product.site_code = event.site_code AND product.product_code = event.product_code
  ) AS event
    ON event.site_code = result.site_code AND event.event_id = result.inspection_no
  WHERE NOT result.value IS NULL
)
SELECT
  (
    site_code || '|' || source_system || '|' || product_id || '|' || characteristic_name || '|' || COALESCE(unit_code, '') || '|' ||
    COALESCE(lower_limit::TEXT, '') || '|' || COALESCE(upper_limit::TEXT, '')
  )::TEXT AS stream_id,  /* Plant, system, product, characteristic, unit and specification in one text */
  site_code::TEXT AS site_code,  /* Plant */
  product_id::TEXT AS product_id,  /* Product key '<system>:<product_code>' of the plant's ERP */
  characteristic_name::TEXT AS characteristic_name,  /* What was measured */
  unit_code::TEXT AS unit_code,  /* Unit of value and limits */
  lower_limit::DECIMAL(18, 6) AS lower_limit,  /* Lower specification limit */
  upper_limit::DECIMAL(18, 6) AS upper_limit,  /* Upper specification limit */
  inspection_no::TEXT AS subgroup_id,  /* Inspection or operation event: its values were taken together */
  operation_code::TEXT AS operation_code,  /* Operation of a shop-floor measurement */
  equipment_id::TEXT AS equipment_id,  /* Machine or gauge */
  lot_id::TEXT AS lot_id,  /* Lot measured */
  ordered_at::TIMESTAMPTZ AS measured_at,  /* Time of measurement, else of the usage decision, UTC; the order of the chart */
  value::DECIMAL(18, 6) AS value,  /* Measured value */
  source_system::TEXT AS source_system,  /* System the row came from */
  _source_table::TEXT AS _source_table,  /* Contract of the source row */
  _file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  _row::BIGINT AS _row  /* Record number in the file */
FROM measured
WHERE NOT product_id IS NULL AND NOT characteristic_name IS NULL
