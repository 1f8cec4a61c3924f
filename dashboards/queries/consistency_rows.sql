-- Rows on which two systems differ, each side with its origin.
SELECT
  key_text, site_code, first_system_code, first_value, first_file_name, first_row_no, second_system_code, second_value,
  second_file_name, second_row_no
FROM mart.consistency_difference
WHERE topic_code = $topic AND field_code = $field
ORDER BY site_code, key_text
