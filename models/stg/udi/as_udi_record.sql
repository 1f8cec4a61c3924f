MODEL (
  name stg.udi__as_udi_record,
  kind EMBEDDED,
  owner regulatory_affairs,
  grain (record_id),
  description 'Device records the company declares to the NMPA UDI database.',
  tags (stg, udi)
);

SELECT
  'declared:' || declaration.primary_di::TEXT AS record_id,  /* Record key within both registers */
  'declared'::TEXT AS register_code,  /* declared or published */
  declaration.record_key::TEXT AS record_key,  /* Key that the database gave */
  NULL::BIGINT AS version_no,  /* A declaration has no version */
  declaration.primary_di::TEXT AS primary_di,  /* Primary UDI-DI */
  declaration.unit_of_use_qty::BIGINT AS unit_of_use_qty,  /* Units of use in the sales unit */
  declaration.unit_of_use_di::TEXT AS unit_of_use_di,  /* Unit-of-use DI */
  declaration.issuing_agency_code::TEXT AS issuing_agency_code,  /* Issuing agency / coding system */
  declaration.has_direct_mark::BOOLEAN AS has_direct_mark,  /* Has direct marking */
  declaration.is_direct_mark_di_primary::BOOLEAN AS is_direct_mark_di_primary,  /* Direct-mark DI equals primary DI */
  declaration.direct_mark_di::TEXT AS direct_mark_di,  /* Direct-mark DI */
  declaration.published_date::DATE AS published_date,  /* DI publish date */
  declaration.carrier_name::TEXT AS carrier_name,  /* Carrier */
  declaration.is_di_as_registered::BOOLEAN AS is_di_as_registered,  /* Same as DI in registration dossier */
  declaration.registered_di::TEXT AS registered_di,  /* DI in registration dossier */
  declaration.product_name::TEXT AS product_name,  /* Product */
  declaration.trade_name::TEXT AS trade_name,  /* Trade name */
  declaration.spec_name::TEXT AS spec_name,  /* Model/specification */
  declaration.is_kit::BOOLEAN AS is_kit,  /* Kit/set flag */
  declaration.description_name::TEXT AS description_name,  /* Description */
  declaration.catalogue_no::TEXT AS catalogue_no,  /* Catalogue number */
  declaration.device_type_code::TEXT AS device_type_code,  /* Device or IVD */
  declaration.classification_code::TEXT AS classification_code,  /* Classification code */
  declaration.old_classification_code::TEXT AS old_classification_code,  /* Old classification code */
  declaration.registrant_name::TEXT AS registrant_name,  /* Registrant name */
  declaration.registrant_name_en::TEXT AS registrant_name_en,  /* Registrant English name */
  declaration.uscc::TEXT AS uscc,  /* USCC */
  declaration.registration_no::TEXT AS registration_no,  /* Certificate no */
  declaration.consumable_or_equipment_code::TEXT AS consumable_or_equipment_code,  /* Consumable or equipment */
  declaration.is_single_use::BOOLEAN AS is_single_use,  /* Single use */
  declaration.reuse_max_qty::BIGINT AS reuse_max_qty,  /* Max reuses */
  declaration.is_sterile::BOOLEAN AS is_sterile,  /* Sterile packaged */
  declaration.is_sterilised_before_use::BOOLEAN AS is_sterilised_before_use,  /* Sterilise before use */
  declaration.sterilisation_method_name::TEXT AS sterilisation_method_name,  /* Sterilisation method */
  declaration.mri_safety_name::TEXT AS mri_safety_name,  /* MR safety */
  declaration.nhsa_code::TEXT AS nhsa_code,  /* NHSA consumable code */
  declaration.is_batch_managed::BOOLEAN AS is_batch_managed,  /* PI has lot */
  declaration.is_serial_managed::BOOLEAN AS is_serial_managed,  /* PI has serial */
  declaration.has_manufacturing_date::BOOLEAN AS has_manufacturing_date,  /* PI has production date */
  declaration.has_expiry_date::BOOLEAN AS has_expiry_date,  /* PI has expiry date */
  declaration.special_storage_name::TEXT AS special_storage_name,  /* Special storage */
  declaration.special_size_name::TEXT AS special_size_name,  /* Special size */
  declaration.information_url::TEXT AS information_url,  /* URL */
  declaration.withdrawn_date::DATE AS withdrawn_date,  /* Market exit date */
  'udi'::TEXT AS source_system,  /* System the row came from */
  declaration._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  declaration._row::BIGINT AS _row  /* Record number in the file */
FROM stg.udi__declaration AS declaration
