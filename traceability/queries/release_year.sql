-- The year of the day up to which the release speaks.
SELECT YEAR(as_of_date)::INTEGER AS year
FROM mart.as_of
