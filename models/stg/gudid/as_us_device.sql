MODEL (
  name stg.gudid__as_us_device,
  kind EMBEDDED,
  owner regulatory_affairs,
  grain (record_id),
  description 'Device records as the US register publishes them.',
  tags (stg, gudid)
);

SELECT
  ('published:' || device.primary_di)::TEXT AS record_id,  /* Register and primary identifier: declared:<primary DI> or published:<primary DI> */
  'published'::TEXT AS register_code,  /* declared or published */
  device.primary_di::TEXT AS primary_di,  /* Primary UDI-DI */
  device.record_key::TEXT AS record_key,  /* Key that FDA gave the record */
  device.version_status_name::TEXT AS version_status_name,  /* New or Update */
  device.version_no::BIGINT AS version_no,  /* Number of the public version */
  device.version_date::DATE AS version_date,  /* Day of the public version */
  device.labeler_duns_no::TEXT AS labeler_duns_no,  /* DUNS number of the labeler */
  device.record_status_name::TEXT AS record_status_name,  /* Published, Unpublished or Deactivated */
  device.published_date::DATE AS published_date,  /* Day of publication in the US */
  device.distribution_end_date::DATE AS distribution_end_date,  /* Last day of distribution */
  device.status_code::TEXT AS status_code,  /* active while in commercial distribution, else withdrawn */
  device.brand_name::TEXT AS brand_name,  /* Brand name */
  device.model_name::TEXT AS model_name,  /* Version or model */
  device.catalogue_no::TEXT AS catalogue_no,  /* Catalogue number */
  device.company_name::TEXT AS company_name,  /* Labeler */
  device.device_qty::BIGINT AS device_qty,  /* Devices in the base package */
  device.device_description::TEXT AS device_description,  /* Description in English */
  device.is_direct_mark_exempt::BOOLEAN AS is_direct_mark_exempt,  /* Exempt from direct marking (21 CFR 801.45) */
  device.is_premarket_exempt::BOOLEAN AS is_premarket_exempt,  /* Exempt from premarket submission */
  device.is_human_tissue::BOOLEAN AS is_human_tissue,  /* Holds human cells or tissue (HCT/P) */
  device.is_kit::BOOLEAN AS is_kit,  /* Kit */
  device.is_combination_product::BOOLEAN AS is_combination_product,  /* Combination product */
  device.is_single_use::BOOLEAN AS is_single_use,  /* Single use */
  device.is_batch_managed::BOOLEAN AS is_batch_managed,  /* UDI-PI carries a lot */
  device.is_serial_managed::BOOLEAN AS is_serial_managed,  /* UDI-PI carries a serial number */
  device.has_manufacturing_date::BOOLEAN AS has_manufacturing_date,  /* UDI-PI carries the manufacturing date */
  device.has_expiry_date::BOOLEAN AS has_expiry_date,  /* UDI-PI carries the expiry date */
  device.has_donation_no::BOOLEAN AS has_donation_no,  /* UDI-PI carries the donation number */
  device.is_latex_labelled::BOOLEAN AS is_latex_labelled,  /* Labelled as holding natural rubber latex */
  device.is_latex_free_labelled::BOOLEAN AS is_latex_free_labelled,  /* Labelled as made without natural rubber latex */
  device.mri_safety_name::TEXT AS mri_safety_name,  /* MRI safety in FDA's words */
  device.is_prescription::BOOLEAN AS is_prescription,  /* On prescription */
  device.is_over_counter::BOOLEAN AS is_over_counter,  /* Over the counter */
  device.is_sterile::BOOLEAN AS is_sterile,  /* Supplied sterile */
  device.is_sterilised_before_use::BOOLEAN AS is_sterilised_before_use,  /* To be sterilised before use */
  'gudid'::TEXT AS source_system,  /* System the row came from */
  device._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  device._row::BIGINT AS _row  /* Record number in the file */
FROM stg.gudid__device AS device
