-- Of the files read: how many agree with what their senders say, differ from it, or came without a word.
SELECT control_code, COUNT(DISTINCT file_sha256) AS file_count
FROM mart.file
WHERE status = 'loaded'
GROUP BY control_code
