-- Which value survives, and why, per attribute.
SELECT attribute, first_code, second_code, source_order, why_zh, why_en
FROM core.survivorship
WHERE role_code = $role AND attribute <> 'record_id'
ORDER BY
  ARRAY_POSITION(['name', 'uscc', 'tax_id', 'country_code', 'city_name', 'address_name', 'phone_no'], attribute), attribute
