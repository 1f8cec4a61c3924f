-- Devices by serial number, with the product of each.
SELECT serial.serial_no, serial.product_id, serial.lot_id, product.product_name_zh, product.product_name_en
FROM core.serial AS serial
LEFT JOIN core.product AS product USING (product_id)
WHERE serial.serial_no = UPPER($serial_no)
ORDER BY serial.product_id
