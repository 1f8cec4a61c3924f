MODEL (
  name stg.udi__as_us_device,
  kind EMBEDDED,
  owner regulatory_affairs,
  grain (record_id),
  description 'Device records the company lists in the US: its listing there, with its declaration at home.',
  tags (stg, udi)
);

SELECT
  ('declared:' || listing.primary_di)::TEXT AS record_id,  /* Register and primary identifier: declared:<primary DI> or published:<primary DI> */
  'declared'::TEXT AS register_code,  /* declared or published */
  listing.primary_di::TEXT AS primary_di,  /* Primary UDI-DI */
  NULL::TEXT AS record_key,  /* Key that FDA gave the record */
  NULL::TEXT AS version_status_name,  /* New or Update */
  NULL::BIGINT AS version_no,  /* Number of the public version */
  NULL::DATE AS version_date,  /* Day of the public version */
  listing.labeler_duns_no::TEXT AS labeler_duns_no,  /* DUNS number of the labeler */
  listing.record_status_name::TEXT AS record_status_name,  /* Published, Unpublished or Deactivated */
  listing.published_date::DATE AS published_date,  /* Day of publication in the US */
  declaration.withdrawn_date::DATE AS distribution_end_date,  /* Last day of distribution */
  (CASE WHEN declaration.withdrawn_date IS NULL THEN 'active' ELSE 'withdrawn' END)::TEXT AS status_code,  /* active while in commercial distribution, else withdrawn */
  listing.brand_name::TEXT AS brand_name,  /* Brand name */
  listing.model_name::TEXT AS model_name,  /* Version or model */
  declaration.catalogue_no::TEXT AS catalogue_no,  /* Catalogue number */
  listing.company_name::TEXT AS company_name,  /* Labeler */
  declaration.unit_of_use_qty::BIGINT AS device_qty,  /* Devices in the base package */
  listing.device_description::TEXT AS device_description,  /* Description in English */
  listing.is_direct_mark_exempt::BOOLEAN AS is_direct_mark_exempt,  /* Exempt from direct marking (21 CFR 801.45) */
  listing.is_premarket_exempt::BOOLEAN AS is_premarket_exempt,  /* Exempt from premarket submission */
  listing.is_human_tissue::BOOLEAN AS is_human_tissue,  /* Holds human cells or tissue (HCT/P) */
  declaration.is_kit::BOOLEAN AS is_kit,  /* Kit */
  listing.is_combination_product::BOOLEAN AS is_combination_product,  /* Combination product */
  declaration.is_single_use::BOOLEAN AS is_single_use,  /* Single use */
  declaration.is_batch_managed::BOOLEAN AS is_batch_managed,  /* UDI-PI carries a lot */
  declaration.is_serial_managed::BOOLEAN AS is_serial_managed,  /* UDI-PI carries a serial number */
  declaration.has_manufacturing_date::BOOLEAN AS has_manufacturing_date,  /* UDI-PI carries the manufacturing date */
  declaration.has_expiry_date::BOOLEAN AS has_expiry_date,  /* UDI-PI carries the expiry date */
  listing.has_donation_no::BOOLEAN AS has_donation_no,  /* UDI-PI carries the donation number */
  listing.is_latex_labelled::BOOLEAN AS is_latex_labelled,  /* Labelled as holding natural rubber latex */
  listing.is_latex_free_labelled::BOOLEAN AS is_latex_free_labelled,  /* Labelled as made without natural rubber latex */
  (CASE declaration.mri_safety_name
    WHEN '安全' THEN 'MR Safe'
    WHEN '条件安全' THEN 'MR Conditional'
    WHEN '不安全' THEN 'MR Unsafe'
    WHEN '说明书或标签上面不包括MR安全信息' THEN 'Labeling does not contain MRI Safety Information'
    ELSE declaration.mri_safety_name END)::TEXT AS mri_safety_name,  /* MRI safety in FDA's words */
  listing.is_prescription::BOOLEAN AS is_prescription,  /* On prescription */
  listing.is_over_counter::BOOLEAN AS is_over_counter,  /* Over the counter */
  declaration.is_sterile::BOOLEAN AS is_sterile,  /* Supplied sterile */
  declaration.is_sterilised_before_use::BOOLEAN AS is_sterilised_before_use,  /* To be sterilised before use */
  'udi'::TEXT AS source_system,  /* System the row came from */
  listing._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  listing._row::BIGINT AS _row  /* Record number in the file */
FROM stg.udi__us_listing AS listing
LEFT JOIN stg.udi__declaration AS declaration
  ON declaration.primary_di = listing.primary_di
