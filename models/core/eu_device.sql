MODEL (
  name core.eu_device,
  kind FULL,
  owner regulatory,
  grain (record_id),
  description 'Devices the company lists in the EU database (EUDAMED): what the EU asks beyond the declaration at home.',
  tags (core),
  audits (not_null(columns := (record_id, primary_di)), unique_values(columns := (record_id)))
);

SELECT
  record_id::TEXT AS record_id,  /* declared:<primary DI> */
  primary_di::TEXT AS primary_di,  /* Primary UDI-DI */
  basic_udi_di::TEXT AS basic_udi_di,  /* Basic UDI-DI */
  basic_udi_agency_code::TEXT AS basic_udi_agency_code,  /* Issuing entity of the Basic UDI-DI */
  regulation_code::TEXT AS regulation_code,  /* MDR or IVDR */
  manufacturer_srn::TEXT AS manufacturer_srn,  /* SRN of the manufacturer */
  representative_srn::TEXT AS representative_srn,  /* SRN of the authorised representative */
  risk_class_code::TEXT AS risk_class_code,  /* CLASS_I, CLASS_IIA, CLASS_IIB, CLASS_III; CLASS_A to CLASS_D for IVD */
  model_name::TEXT AS model_name,  /* Device model */
  device_name::TEXT AS device_name,  /* Device name */
  is_active::BOOLEAN AS is_active,  /* Active */
  is_administering_medicine::BOOLEAN AS is_administering_medicine,  /* Administers or removes medicine */
  is_implantable::BOOLEAN AS is_implantable,  /* Implantable */
  is_measuring::BOOLEAN AS is_measuring,  /* Measuring function */
  is_reusable_instrument::BOOLEAN AS is_reusable_instrument,  /* Reusable surgical instrument */
  has_animal_tissue::BOOLEAN AS has_animal_tissue,  /* Animal tissues or cells */
  has_human_tissue::BOOLEAN AS has_human_tissue,  /* Human tissues or cells */
  has_human_product::BOOLEAN AS has_human_product,  /* Substance of human blood or plasma */
  has_medicinal_product::BOOLEAN AS has_medicinal_product,  /* Medicinal substance */
  is_implant_exception::BOOLEAN AS is_implant_exception,  /* Suture or staple (class IIb implant) */
  is_companion_diagnostic::BOOLEAN AS is_companion_diagnostic,  /* Companion diagnostic */
  is_instrument::BOOLEAN AS is_instrument,  /* Instrument */
  is_ivd_kit::BOOLEAN AS is_ivd_kit,  /* Kit */
  has_microbial_substance::BOOLEAN AS has_microbial_substance,  /* Microbial substances */
  is_near_patient_test::BOOLEAN AS is_near_patient_test,  /* Near-patient testing */
  is_professional_test::BOOLEAN AS is_professional_test,  /* Professional testing */
  is_reagent::BOOLEAN AS is_reagent,  /* Reagent */
  is_self_test::BOOLEAN AS is_self_test,  /* Self-testing */
  is_new_ivd::BOOLEAN AS is_new_ivd,  /* New device */
  emdn_codes::TEXT AS emdn_codes,  /* Leaf codes of the EU nomenclature, several apart by a blank */
  trade_name::TEXT AS trade_name,  /* Trade name */
  status_code::TEXT AS status_code,  /* ON_THE_MARKET, NO_LONGER_PLACED_ON_THE_MARKET or NOT_INTENDED_FOR_EU_MARKET */
  has_latex::BOOLEAN AS has_latex,  /* Holds latex */
  is_reprocessed::BOOLEAN AS is_reprocessed,  /* Reprocessed single-use device */
  notified_body_code::TEXT AS notified_body_code,  /* Four digits */
  certificate_type_code::TEXT AS certificate_type_code,  /* Certificate type */
  certificate_no::TEXT AS certificate_no,  /* Certificate number */
  certificate_expiry_date::DATE AS certificate_expiry_date,  /* Certificate valid to */
  first_market_code::TEXT AS first_market_code,  /* Country of first placing */
  market_codes::TEXT AS market_codes,  /* Country codes, several apart by a blank */
  market_start_date::DATE AS market_start_date,  /* Placed on the market */
  website_url::TEXT AS website_url,  /* Web address */
  source_system::TEXT AS source_system,  /* System the row came from */
  _source_table::TEXT AS _source_table,  /* Contract of the source row */
  _file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  _row::BIGINT AS _row  /* Record number in the file */
FROM @entity(@as_eu_device) AS mapped
QUALIFY
  @is_survivor(record_id)
