-- A complaint with the device, the lot and the registrations that the release knows for it.
SELECT complaint.complaint_no, complaint.site_code, site.zone_name, complaint.received_date, complaint.is_reportable,
  complaint.udi_text, complaint.lot_id, complaint.lot_no, complaint.product_code,
  coalesce(product.product_name_zh, product.product_name_en) AS product_name_zh,
  coalesce(product.product_name_en, product.product_name_zh) AS product_name_en,
  product.spec_name, lot.manufactured_date, lot.expiry_date, di.di, di.registration_no, di.risk_class_code,
  home.registrant_name, home.catalogue_no, us.brand_name, us.company_name AS us_company_name,
  (SELECT string_agg(code, ', ' ORDER BY code) FROM core.us_device_attribute AS term
    WHERE term.record_id = us.record_id AND term.kind_code = 'product_code') AS us_product_codes,
  (SELECT string_agg(code, ', ' ORDER BY code) FROM core.us_device_attribute AS term
    WHERE term.record_id = us.record_id AND term.kind_code = 'premarket') AS us_submissions,
  eu.basic_udi_di, eu.emdn_codes, eu.risk_class_code AS eu_risk_class_code, eu.manufacturer_srn,
  eu.representative_srn, eu.notified_body_code
FROM core.complaint AS complaint
LEFT JOIN core.site AS site ON site.site_code = complaint.site_code
LEFT JOIN core.product AS product ON product.product_id = complaint.product_id
LEFT JOIN core.lot AS lot ON lot.lot_id = complaint.lot_id
LEFT JOIN core.udi_di AS di
  ON di.product_id = complaint.product_id AND di.level_code = 'primary' AND di.source_system = 'udi'
LEFT JOIN core.udi_record AS home ON home.primary_di = di.di AND home.register_code = 'declared'
LEFT JOIN core.us_device AS us ON us.primary_di = di.di AND us.register_code = 'declared'
LEFT JOIN core.eu_device AS eu ON eu.primary_di = di.di
WHERE complaint.complaint_no = $complaint
ORDER BY di.di
LIMIT 1
