MODEL (
  name stg.qms__as_complaint,
  kind EMBEDDED,
  owner quality_management,
  grain (complaint_no),
  description 'Complaints in their latest state.',
  tags (stg, qms)
);

SELECT
  complaint.complaint_no::TEXT AS complaint_no,  /* Record number */
  complaint.site_code::TEXT AS site_code,  /* Plant: A or B */
  complaint.received_date::DATE AS received_date,  /* Day it was received */
  complaint.product_code::TEXT AS product_code,  /* Product code of the site */
  (CASE complaint.site_code
    WHEN 'A' THEN 'sap_a:'
    WHEN 'B' THEN 'u8_b:' END || complaint.product_code)::TEXT AS product_id,  /* Product key of the site's ERP */
  complaint.udi_text::TEXT AS udi_text,  /* UDI as the complainant gave it */
  complaint.lot_no::TEXT AS lot_no,  /* Lot concerned, as typed */
  complaint.is_reportable::BOOLEAN AS is_reportable,  /* Reportable adverse event */
  complaint.closed_date::DATE AS closed_date,  /* Day it was closed; NULL while open */
  'qms'::TEXT AS source_system,  /* System the row came from */
  complaint._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  complaint._row::BIGINT AS _row  /* Record number in the file */
FROM stg.qms__complaint AS complaint
