-- Products whose units a recall counts.
SELECT product_id FROM core.product WHERE product_type_code = 'finished' ORDER BY ALL
