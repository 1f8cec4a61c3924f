-- Every table and column of the reader's file, with what it means.
SELECT schema_name || '.' || table_name AS table_name, column_name, data_type AS type_name, coalesce(comment, '') AS meaning
FROM duckdb_columns()
WHERE NOT internal AND database_name = current_database()
ORDER BY schema_name DESC, table_name, column_index
