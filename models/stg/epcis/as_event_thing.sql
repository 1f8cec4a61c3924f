MODEL (
  name stg.epcis__as_event_thing,
  kind EMBEDDED,
  owner traceability,
  grain (event_key, declared_at, position_no),
  description 'What partners tell of lots, items and packages: each thing of each event, and each declaration that an event is wrong.',
  tags (stg, epcis)
);

SELECT
  thing.event_key::TEXT AS event_key,  /* Id of the event, or its digest */
  TRY_CAST(thing.declared_time AS TIMESTAMPTZ)::TIMESTAMPTZ AS declared_at,  /* When it was declared wrong, UTC; NULL for the event itself */
  thing.position_no::BIGINT AS position_no,  /* Place of the thing in the event */
  thing.event_type_code::TEXT AS event_type_code,  /* ObjectEvent, AggregationEvent, TransformationEvent, TransactionEvent or AssociationEvent */
  thing.action_code::TEXT AS action_code,  /* ADD, OBSERVE or DELETE; NULL for a transformation */
  thing.transformation_uri::TEXT AS transformation_uri,  /* What joins inputs and outputs told in several events */
  -- The day on the clock of the place: offsets are written +08:00.
  CAST((
    TRY_CAST(thing.event_time AS TIMESTAMPTZ) AT TIME ZONE 'UTC'
    + (CAST(SUBSTRING(thing.event_offset, 1, 1) || '1' AS INT)
      * (CAST(SUBSTRING(thing.event_offset, 2, 2) AS INT) * 60 + CAST(SUBSTRING(thing.event_offset, 5, 2) AS INT)))
      * INTERVAL '1' MINUTE
  ) AS DATE)::DATE AS told_date,  /* Day of the event where it happened */
  thing.role_code::TEXT AS role_code,  /* input, output, parent, child or thing */
  thing.thing_uri::TEXT AS thing_uri,  /* Address of the thing, as sent */
  thing.gtin::TEXT AS gtin,  /* GTIN of 14 digits; NULL where the address has none */
  thing.item_code::TEXT AS item_code,  /* Own number of the item where there is no GTIN */
  thing.lot_no::TEXT AS lot_no,  /* Lot number, as sent */
  thing.serial_no::TEXT AS serial_no,  /* Serial number */
  thing.sscc::TEXT AS sscc,  /* SSCC of 18 digits */
  thing.movement_code::TEXT AS movement_code,  /* shipping, receiving or void_shipping; NULL for other events */
  thing.despatch_advice_uri::TEXT AS despatch_advice_uri,  /* Address of the despatch advice; NULL when none is named */
  thing.receiver_uri::TEXT AS receiver_uri,  /* Address of who receives the goods; NULL when nobody is named */
  thing.qty::DECIMAL(18, 3) AS qty,  /* Quantity in uom_code; NULL when none is stated */
  thing.uom_code::TEXT AS uom_code,  /* Unit, UN/ECE Rec 20; NULL counts pieces */
  'epcis'::TEXT AS source_system,  /* System the row came from */
  thing._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  thing._row::BIGINT AS _row  /* Record number in the file */
FROM stg.epcis__thing AS thing
