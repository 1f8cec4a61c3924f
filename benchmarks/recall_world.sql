-- The bad lot, the lots made of it with their devices, and a delivery of each lot to each of ten customers.
CREATE TEMP TABLE made AS
  SELECT i AS n, 'A:99000001:Z' || LPAD(i::TEXT, 6, '0') AS lot_id, 'Z' || LPAD(i::TEXT, 6, '0') AS lot_no
  FROM range({lots}) AS t(i);
CREATE TEMP TABLE device AS
  SELECT made.*, d AS m, 'SN26' || LPAD((n * {devices} + d)::TEXT, 8, '0') AS serial_no,
    (n * 7 + d // 50) % {customers} AS customer FROM made, range({devices}) AS t(d);
INSERT INTO core.product (product_id, site_code, product_code, product_name_zh, product_name_en,
    product_type_code, base_uom_code, spec_name)
  VALUES ('sap_a:99000001', 'A', '99000001', '髋臼杯', 'Acetabular cup', 'finished', 'C62', '48'),
    ('sap_a:99000002', 'A', '99000002', '钛合金棒', 'Titanium bar', 'raw', 'KGM', NULL);
INSERT INTO core.udi_di (di, issuing_agency_code, level_code, product_id, registration_no)
  VALUES ('09521234543213', 'GS1', 'primary', 'sap_a:99000001', '国械注准20263130001');
INSERT INTO core.lot (lot_id, site_code, product_code, product_id, lot_no, lot_kind_code, expiry_date)
  SELECT lot_id, 'A', '99000001', 'sap_a:99000001', lot_no, 'produced', DATE '2031-01-01' FROM made
  UNION ALL SELECT 'A:99000002:BAD', 'A', '99000002', 'sap_a:99000002', 'BAD', 'purchased', NULL;
INSERT INTO core.customer (customer_id, customer_name, country_code)
  SELECT 'sap_a:9' || i, '医院 ' || i, 'CN' FROM range({customers}) AS t(i);
INSERT INTO core.customer_crosswalk (source_system, customer_code, site_code, customer_id)
  SELECT 'sap_a', '9' || i, 'A', 'sap_a:9' || i FROM range({customers}) AS t(i);
INSERT INTO core.serial (serial_no, product_id, site_code, lot_no, lot_id, delivery_no, di, source_system)
  SELECT serial_no, 'sap_a:99000001', 'A', lot_no, lot_id, 'D' || n || '-' || customer, '09521234543213',
    'sap_a' FROM device;
CREATE TEMP TABLE sent AS
  SELECT lot_id, lot_no, 'D' || n || '-' || customer AS delivery_no, '9' || customer AS customer_code,
    COUNT(*) AS qty FROM device GROUP BY ALL;
INSERT INTO core.shipment (delivery_no, delivery_line_no, site_code, shipped_date, customer_code, product_id,
    lot_no, lot_id, qty, base_qty, source_system)
  SELECT delivery_no, '10', 'A', DATE '2026-02-02', customer_code, 'sap_a:99000001', lot_no, lot_id, qty, qty,
    'sap_a' FROM sent;
INSERT INTO core.movement (movement_id, site_code, posting_date, movement_class_code, is_reversal, product_id,
    lot_id, base_qty, order_id, customer_code, delivery_no, source_system)
  SELECT 'z:m' || n, 'A', DATE '2026-01-05', 'production', FALSE, 'sap_a:99000001', lot_id, {devices},
    'A:Z' || n, NULL, NULL, 'sap_a' FROM made
  UNION ALL SELECT 'z:c' || n, 'A', DATE '2026-01-04', 'consumption', FALSE, 'sap_a:99000002',
    'A:99000002:BAD', -1, 'A:Z' || n, NULL, NULL, 'sap_a' FROM made
  UNION ALL SELECT 'z:s' || delivery_no, 'A', DATE '2026-02-02', 'shipment', FALSE, 'sap_a:99000001', lot_id,
    -qty, NULL, customer_code, delivery_no, 'sap_a' FROM sent
  UNION ALL SELECT 'z:r', 'A', DATE '2026-01-02', 'receipt', FALSE, 'sap_a:99000002', 'A:99000002:BAD',
    {lots}, NULL, NULL, NULL, 'sap_a';
INSERT INTO core.genealogy_edge (edge_id, site_code, edge_type_code, from_lot_id, to_lot_id, order_id, qty,
    first_date, precision_code, source_system)
  SELECT 'z' || n, 'A', 'CONSUME', 'A:99000002:BAD', lot_id, 'A:Z' || n, 1, DATE '2026-01-04', 'ORDER', 'sap_a'
  FROM made;
INSERT INTO core.trace_edge_version (edge_id, edge_type_code, from_node_id, to_node_id, from_kind_code,
    to_kind_code, qty, first_date, last_date, precision_code, known_at, posting_count)
  SELECT 'z' || n, 'CONSUME', 'A:99000002:BAD', lot_id, 'lot', 'lot', 1, DATE '2026-01-04', DATE '2026-01-04',
    'ORDER', TIMESTAMPTZ '2026-01-05 00:00:00+00', 1 FROM made;
CHECKPOINT;
