-- Serialised devices of the lots and the delivery each left with.
SELECT serial.lot_id, serial.serial_no, serial.di, serial.delivery_no
FROM core.serial AS serial
WHERE serial.lot_id IN (SELECT UNNEST($lot_ids::TEXT[]))
  AND ($known_by::TIMESTAMPTZ IS NULL OR EXISTS (
    SELECT 1 FROM mart.file AS file
    WHERE file.source_table = serial._source_table AND file.file_sha256 = serial._file_sha256
      AND file.status = 'loaded' AND file.loaded_at <= $known_by::TIMESTAMPTZ
  ))
ORDER BY serial.lot_id, serial.serial_no, serial.product_id
