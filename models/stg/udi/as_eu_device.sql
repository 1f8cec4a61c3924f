MODEL (
  name stg.udi__as_eu_device,
  kind EMBEDDED,
  owner regulatory_affairs,
  grain (record_id),
  description 'Devices the company lists in the EU.',
  tags (stg, udi)
);

SELECT
  ('declared:' || listing.primary_di)::TEXT AS record_id,  /* declared:<primary DI> */
  listing.primary_di::TEXT AS primary_di,  /* Primary UDI-DI */
  listing.basic_udi_di::TEXT AS basic_udi_di,  /* Basic UDI-DI */
  listing.basic_udi_agency_code::TEXT AS basic_udi_agency_code,  /* Issuing entity of the Basic UDI-DI */
  listing.regulation_code::TEXT AS regulation_code,  /* MDR or IVDR */
  listing.manufacturer_srn::TEXT AS manufacturer_srn,  /* SRN of the manufacturer */
  listing.representative_srn::TEXT AS representative_srn,  /* SRN of the authorised representative */
  listing.risk_class_code::TEXT AS risk_class_code,  /* CLASS_I, CLASS_IIA, CLASS_IIB, CLASS_III; CLASS_A to CLASS_D for IVD */
  listing.model_name::TEXT AS model_name,  /* Device model */
  listing.device_name::TEXT AS device_name,  /* Device name */
  listing.is_active::BOOLEAN AS is_active,  /* Active */
  listing.is_administering_medicine::BOOLEAN AS is_administering_medicine,  /* Administers or removes medicine */
  listing.is_implantable::BOOLEAN AS is_implantable,  /* Implantable */
  listing.is_measuring::BOOLEAN AS is_measuring,  /* Measuring function */
  listing.is_reusable_instrument::BOOLEAN AS is_reusable_instrument,  /* Reusable surgical instrument */
  listing.has_animal_tissue::BOOLEAN AS has_animal_tissue,  /* Animal tissues or cells */
  listing.has_human_tissue::BOOLEAN AS has_human_tissue,  /* Human tissues or cells */
  listing.has_human_product::BOOLEAN AS has_human_product,  /* Substance of human blood or plasma */
  listing.has_medicinal_product::BOOLEAN AS has_medicinal_product,  /* Medicinal substance */
  listing.is_implant_exception::BOOLEAN AS is_implant_exception,  /* Suture or staple (class IIb implant) */
  listing.is_companion_diagnostic::BOOLEAN AS is_companion_diagnostic,  /* Companion diagnostic */
  listing.is_instrument::BOOLEAN AS is_instrument,  /* Instrument */
  listing.is_ivd_kit::BOOLEAN AS is_ivd_kit,  /* Kit */
  listing.has_microbial_substance::BOOLEAN AS has_microbial_substance,  /* Microbial substances */
  listing.is_near_patient_test::BOOLEAN AS is_near_patient_test,  /* Near-patient testing */
  listing.is_professional_test::BOOLEAN AS is_professional_test,  /* Professional testing */
  listing.is_reagent::BOOLEAN AS is_reagent,  /* Reagent */
  listing.is_self_test::BOOLEAN AS is_self_test,  /* Self-testing */
  listing.is_new_ivd::BOOLEAN AS is_new_ivd,  /* New device */
  listing.emdn_codes::TEXT AS emdn_codes,  /* Leaf codes of the EU nomenclature, several apart by a blank */
  listing.trade_name::TEXT AS trade_name,  /* Trade name */
  listing.status_code::TEXT AS status_code,  /* ON_THE_MARKET, NO_LONGER_PLACED_ON_THE_MARKET or NOT_INTENDED_FOR_EU_MARKET */
  listing.has_latex::BOOLEAN AS has_latex,  /* Holds latex */
  listing.is_reprocessed::BOOLEAN AS is_reprocessed,  /* Reprocessed single-use device */
  listing.notified_body_code::TEXT AS notified_body_code,  /* Four digits */
  listing.certificate_type_code::TEXT AS certificate_type_code,  /* Certificate type */
  listing.certificate_no::TEXT AS certificate_no,  /* Certificate number */
  listing.certificate_expiry_date::DATE AS certificate_expiry_date,  /* Certificate valid to */
  listing.first_market_code::TEXT AS first_market_code,  /* Country of first placing */
  listing.market_codes::TEXT AS market_codes,  /* Country codes, several apart by a blank */
  listing.market_start_date::DATE AS market_start_date,  /* Placed on the market */
  listing.website_url::TEXT AS website_url,  /* Web address */
  'udi'::TEXT AS source_system,  /* System the row came from */
  listing._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  listing._row::BIGINT AS _row  /* Record number in the file */
FROM stg.udi__eu_listing AS listing
