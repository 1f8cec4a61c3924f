MODEL (
  name core.us_device,
  kind FULL,
  owner regulatory,
  grain (record_id),
  description 'Device records of the US database (GUDID): what the company declares and what is published.',
  tags (core),
  audits (not_null(columns := (record_id, register_code)), unique_values(columns := (record_id)))
);

SELECT
  record_id::TEXT AS record_id,  /* Register and primary identifier: declared:<primary DI> or published:<primary DI> */
  register_code::TEXT AS register_code,  /* declared or published */
  primary_di::TEXT AS primary_di,  /* Primary UDI-DI */
  record_key::TEXT AS record_key,  /* Key that FDA gave the record */
  version_status_name::TEXT AS version_status_name,  /* New or Update */
  version_no::BIGINT AS version_no,  /* Number of the public version */
  version_date::DATE AS version_date,  /* Day of the public version */
  labeler_duns_no::TEXT AS labeler_duns_no,  /* DUNS number of the labeler */
  record_status_name::TEXT AS record_status_name,  /* Published, Unpublished or Deactivated */
  published_date::DATE AS published_date,  /* Day of publication in the US */
  distribution_end_date::DATE AS distribution_end_date,  /* Last day of distribution */
  status_code::TEXT AS status_code,  /* active while in commercial distribution, else withdrawn */
  brand_name::TEXT AS brand_name,  /* Brand name */
  model_name::TEXT AS model_name,  /* Version or model */
  catalogue_no::TEXT AS catalogue_no,  /* Catalogue number */
  company_name::TEXT AS company_name,  /* Labeler */
  device_qty::BIGINT AS device_qty,  /* Devices in the base package */
  device_description::TEXT AS device_description,  /* Description in English */
  is_direct_mark_exempt::BOOLEAN AS is_direct_mark_exempt,  /* Exempt from direct marking (21 CFR 801.45) */
  is_premarket_exempt::BOOLEAN AS is_premarket_exempt,  /* Exempt from premarket submission */
  is_human_tissue::BOOLEAN AS is_human_tissue,  /* Holds human cells or tissue (HCT/P) */
  is_kit::BOOLEAN AS is_kit,  /* Kit */
  is_combination_product::BOOLEAN AS is_combination_product,  /* Combination product */
  is_single_use::BOOLEAN AS is_single_use,  /* Single use */
  is_batch_managed::BOOLEAN AS is_batch_managed,  /* UDI-PI carries a lot */
  is_serial_managed::BOOLEAN AS is_serial_managed,  /* UDI-PI carries a serial number */
  has_manufacturing_date::BOOLEAN AS has_manufacturing_date,  /* UDI-PI carries the manufacturing date */
  has_expiry_date::BOOLEAN AS has_expiry_date,  /* UDI-PI carries the expiry date */
  has_donation_no::BOOLEAN AS has_donation_no,  /* UDI-PI carries the donation number */
  is_latex_labelled::BOOLEAN AS is_latex_labelled,  /* Labelled as holding natural rubber latex */
  is_latex_free_labelled::BOOLEAN AS is_latex_free_labelled,  /* Labelled as made without natural rubber latex */
  mri_safety_name::TEXT AS mri_safety_name,  /* MRI safety in FDA's words */
  is_prescription::BOOLEAN AS is_prescription,  /* On prescription */
  is_over_counter::BOOLEAN AS is_over_counter,  /* Over the counter */
  is_sterile::BOOLEAN AS is_sterile,  /* Supplied sterile */
  is_sterilised_before_use::BOOLEAN AS is_sterilised_before_use,  /* To be sterilised before use */
  source_system::TEXT AS source_system,  /* System the row came from */
  _source_table::TEXT AS _source_table,  /* Contract of the source row */
  _file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  _row::BIGINT AS _row  /* Record number in the file */
FROM @entity(@as_us_device) AS mapped
QUALIFY
  @is_survivor(record_id)
