-- What senders say of their files, and how much of it agrees; first what does not.
SELECT file_name, state_code, said_count, found_count, said_sha256, found_sha256
FROM mart.delivery_control
WHERE state_code <> 'agrees'
ORDER BY ARRAY_POSITION(['differs', 'refused', 'missing'], state_code), file_name
