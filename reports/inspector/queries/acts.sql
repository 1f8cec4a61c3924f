-- What happened in a plant in a year: day on the plant's clock, who, what, to which lot, in which words.
WITH acts AS (
  SELECT CAST(started_at AT TIME ZONE $zone AS DATE) AS act_date, coalesce(operator_id, '') AS person,
    'operation' AS act_code, coalesce(lot_id, '') AS lot_id,
    string_agg(DISTINCT coalesce(operation_name, operation_code), ', '
      ORDER BY coalesce(operation_name, operation_code)) AS detail
  FROM core.operation_event WHERE site_code = $site AND started_at IS NOT NULL
  GROUP BY ALL
  UNION ALL
  SELECT CAST(decided_at AT TIME ZONE $zone AS DATE), coalesce(decided_by, ''), 'inspection',
    coalesce(lot_id, ''), inspection_no || ' ' || inspection_kind_code || ' ' || coalesce(decision_code, '')
  FROM core.inspection WHERE site_code = $site AND decided_at IS NOT NULL
  UNION ALL
  SELECT CAST(decided_at AT TIME ZONE $zone AS DATE), coalesce(decided_by, ''), 'release', lot_id,
    inspection_no || ' ' || decision_code
  FROM core.release_decision WHERE site_code = $site AND decided_at IS NOT NULL
  UNION ALL
  SELECT shipment.shipped_date, '', 'shipment', coalesce(shipment.lot_id, ''),
    concat_ws(' ', shipment.delivery_no, customer.customer_name, shipment.qty, shipment.uom_code)
  FROM core.shipment AS shipment
  LEFT JOIN core.customer_crosswalk AS crosswalk
    ON crosswalk.site_code = shipment.site_code AND crosswalk.customer_code = shipment.customer_code
  LEFT JOIN core.customer AS customer ON customer.customer_id = crosswalk.customer_id
  WHERE shipment.site_code = $site AND shipment.shipped_date IS NOT NULL
  UNION ALL
  SELECT received_date, '', 'complaint', coalesce(lot_id, ''),
    concat_ws(' ', complaint_no, CASE WHEN is_reportable THEN 'reportable' END, udi_text)
  FROM core.complaint WHERE site_code = $site
  UNION ALL
  SELECT CAST(opened_at AT TIME ZONE $zone AS DATE), '', 'ncr', coalesce(lot_id, ''),
    concat_ws(' ', ncr_no, severity_code, disposition_code)
  FROM core.ncr WHERE site_code = $site
  UNION ALL
  SELECT CAST(opened_at AT TIME ZONE $zone AS DATE), '', 'deviation', '',
    concat_ws(' ', deviation_no, severity_code, order_no)
  FROM core.deviation WHERE site_code = $site
  UNION ALL
  SELECT opened_date, '', 'capa', '', concat_ws(' ', capa_no, root_cause_name, effectiveness_code)
  FROM core.capa WHERE site_code = $site
  UNION ALL
  SELECT opened_date, '', 'change', '', concat_ws(' ', change_no, subject_name)
  FROM core.change_request WHERE site_code = $site
  UNION ALL
  SELECT calibrated_date, '', 'calibration', '',
    concat_ws(' ', equipment_id, calibration_result_code, certificate_no)
  FROM core.equipment_calibration WHERE site_code = $site
)
SELECT act_date, person, act_code, lot_id, detail FROM acts
WHERE year(act_date) = $year
ORDER BY ALL
