MODEL (
  name stg.nmpa__as_udi_record,
  kind EMBEDDED,
  owner regulatory_affairs,
  grain (record_id),
  description 'Published records of the NMPA UDI database, each in its newest version.',
  tags (stg, nmpa)
);

SELECT
  'published:' || device.record_key::TEXT AS record_id,  /* Record key within both registers */
  'published'::TEXT AS register_code,  /* declared or published */
  device.record_key::TEXT AS record_key,  /* Key of the database */
  device.version_no::BIGINT AS version_no,  /* Public version number */
  device.primary_di::TEXT AS primary_di,  /* Primary UDI-DI */
  device.unit_of_use_qty::BIGINT AS unit_of_use_qty,  /* Units of use in the sales unit */
  device.unit_of_use_di::TEXT AS unit_of_use_di,  /* Unit-of-use DI */
  device.issuing_agency_code::TEXT AS issuing_agency_code,  /* Issuing agency / coding system */
  device.has_direct_mark::BOOLEAN AS has_direct_mark,  /* Has direct marking */
  device.is_direct_mark_di_primary::BOOLEAN AS is_direct_mark_di_primary,  /* Direct-mark DI equals primary DI */
  device.direct_mark_di::TEXT AS direct_mark_di,  /* Direct-mark DI */
  device.published_date::DATE AS published_date,  /* DI publish date */
  device.carrier_name::TEXT AS carrier_name,  /* Carrier */
  device.is_di_as_registered::BOOLEAN AS is_di_as_registered,  /* Same as DI in registration dossier */
  device.registered_di::TEXT AS registered_di,  /* DI in registration dossier */
  device.product_name::TEXT AS product_name,  /* Product */
  device.trade_name::TEXT AS trade_name,  /* Trade name */
  device.spec_name::TEXT AS spec_name,  /* Model/specification */
  device.is_kit::BOOLEAN AS is_kit,  /* Kit/set flag */
  device.description_name::TEXT AS description_name,  /* Description */
  device.catalogue_no::TEXT AS catalogue_no,  /* Catalogue number */
  device.device_type_code::TEXT AS device_type_code,  /* Device or IVD */
  device.classification_code::TEXT AS classification_code,  /* Classification code */
  device.old_classification_code::TEXT AS old_classification_code,  /* Old classification code */
  device.registrant_name::TEXT AS registrant_name,  /* Registrant name */
  device.registrant_name_en::TEXT AS registrant_name_en,  /* Registrant English name */
  device.uscc::TEXT AS uscc,  /* USCC */
  device.registration_no::TEXT AS registration_no,  /* Certificate no */
  device.consumable_or_equipment_code::TEXT AS consumable_or_equipment_code,  /* Consumable or equipment */
  device.is_single_use::BOOLEAN AS is_single_use,  /* Single use */
  device.reuse_max_qty::BIGINT AS reuse_max_qty,  /* Max reuses */
  device.is_sterile::BOOLEAN AS is_sterile,  /* Sterile packaged */
  device.is_sterilised_before_use::BOOLEAN AS is_sterilised_before_use,  /* Sterilise before use */
  device.sterilisation_method_name::TEXT AS sterilisation_method_name,  /* Sterilisation method */
  device.mri_safety_name::TEXT AS mri_safety_name,  /* MR safety */
  device.nhsa_code::TEXT AS nhsa_code,  /* NHSA consumable code */
  device.is_batch_managed::BOOLEAN AS is_batch_managed,  /* PI has lot */
  device.is_serial_managed::BOOLEAN AS is_serial_managed,  /* PI has serial */
  device.has_manufacturing_date::BOOLEAN AS has_manufacturing_date,  /* PI has production date */
  device.has_expiry_date::BOOLEAN AS has_expiry_date,  /* PI has expiry date */
  device.special_storage_name::TEXT AS special_storage_name,  /* Special storage */
  device.special_size_name::TEXT AS special_size_name,  /* Special size */
  device.information_url::TEXT AS information_url,  /* URL */
  device.withdrawn_date::DATE AS withdrawn_date,  /* Market exit date */
  'nmpa'::TEXT AS source_system,  /* System the row came from */
  device._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  device._row::BIGINT AS _row  /* Record number in the file */
FROM stg.nmpa__device AS device
QUALIFY
  ROW_NUMBER() OVER (PARTITION BY device.record_key ORDER BY device.version_no DESC NULLS LAST, device.correction_no DESC NULLS LAST) = 1
