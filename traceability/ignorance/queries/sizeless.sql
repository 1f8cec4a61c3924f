-- Plants and products of lots whose size only the postings that are left could tell.
SELECT DISTINCT site_code, product_id FROM mart.lot_extent WHERE NOT is_size_known ORDER BY ALL
