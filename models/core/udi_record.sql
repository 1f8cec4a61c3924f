MODEL (
  name core.udi_record,
  kind FULL,
  owner regulatory,
  grain (record_id),
  description 'Device records of the NMPA UDI database: what the company declares and what is published, newest version.',
  tags (core),
  audits (not_null(columns := (record_id, register_code)), unique_values(columns := (record_id)))
);

SELECT
  record_id::TEXT AS record_id,  /* Register and key: declared:<primary DI> or published:<record key> */
  register_code::TEXT AS register_code,  /* declared or published */
  record_key::TEXT AS record_key,  /* Key that the database gave */
  version_no::BIGINT AS version_no,  /* Public version number, NULL for a declaration */
  primary_di::TEXT AS primary_di,  /* Primary UDI-DI */
  unit_of_use_qty::BIGINT AS unit_of_use_qty,  /* Units of use in the sales unit */
  unit_of_use_di::TEXT AS unit_of_use_di,  /* Unit-of-use DI */
  issuing_agency_code::TEXT AS issuing_agency_code,  /* Issuing agency / coding system */
  has_direct_mark::BOOLEAN AS has_direct_mark,  /* Has direct marking */
  is_direct_mark_di_primary::BOOLEAN AS is_direct_mark_di_primary,  /* Direct-mark DI equals primary DI */
  direct_mark_di::TEXT AS direct_mark_di,  /* Direct-mark DI */
  published_date::DATE AS published_date,  /* DI publish date */
  carrier_name::TEXT AS carrier_name,  /* Carrier */
  is_di_as_registered::BOOLEAN AS is_di_as_registered,  /* Same as DI in registration dossier */
  registered_di::TEXT AS registered_di,  /* DI in registration dossier */
  product_name::TEXT AS product_name,  /* Product */
  trade_name::TEXT AS trade_name,  /* Trade name */
  spec_name::TEXT AS spec_name,  /* Model/specification */
  is_kit::BOOLEAN AS is_kit,  /* Kit/set flag */
  description_name::TEXT AS description_name,  /* Description */
  catalogue_no::TEXT AS catalogue_no,  /* Catalogue number */
  device_type_code::TEXT AS device_type_code,  /* Device or IVD */
  classification_code::TEXT AS classification_code,  /* Classification code */
  old_classification_code::TEXT AS old_classification_code,  /* Old classification code */
  registrant_name::TEXT AS registrant_name,  /* Registrant name */
  registrant_name_en::TEXT AS registrant_name_en,  /* Registrant English name */
  uscc::TEXT AS uscc,  /* USCC */
  registration_no::TEXT AS registration_no,  /* Certificate no */
  consumable_or_equipment_code::TEXT AS consumable_or_equipment_code,  /* Consumable or equipment */
  is_single_use::BOOLEAN AS is_single_use,  /* Single use */
  reuse_max_qty::BIGINT AS reuse_max_qty,  /* Max reuses */
  is_sterile::BOOLEAN AS is_sterile,  /* Sterile packaged */
  is_sterilised_before_use::BOOLEAN AS is_sterilised_before_use,  /* Sterilise before use */
  sterilisation_method_name::TEXT AS sterilisation_method_name,  /* Sterilisation method */
  mri_safety_name::TEXT AS mri_safety_name,  /* MR safety */
  nhsa_code::TEXT AS nhsa_code,  /* NHSA consumable code */
  is_batch_managed::BOOLEAN AS is_batch_managed,  /* PI has lot */
  is_serial_managed::BOOLEAN AS is_serial_managed,  /* PI has serial */
  has_manufacturing_date::BOOLEAN AS has_manufacturing_date,  /* PI has production date */
  has_expiry_date::BOOLEAN AS has_expiry_date,  /* PI has expiry date */
  special_storage_name::TEXT AS special_storage_name,  /* Special storage */
  special_size_name::TEXT AS special_size_name,  /* Special size */
  information_url::TEXT AS information_url,  /* URL */
  withdrawn_date::DATE AS withdrawn_date,  /* Market exit date */
  source_system::TEXT AS source_system,  /* System the row came from */
  _source_table::TEXT AS _source_table,  /* Contract of the source row */
  _file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  _row::BIGINT AS _row  /* Record number in the file */
FROM @entity(@as_udi_record) AS mapped
QUALIFY
  @is_survivor(record_id)
