-- Products of which some lot has a sterilisation record: others of them without one are a doubt, not an exclusion.
SELECT DISTINCT lot.product_id
FROM core.sterilisation AS run
JOIN core.lot AS lot USING (lot_id)
WHERE lot.product_id IS NOT NULL
ORDER BY lot.product_id
