"""Statements that try to leave the file they are asked of, and questions that take all they can get."""

# Ends the process it runs in, so that it is asked of a worker only.
FATAL = "CALL enable_logging(storage = 'file', storage_path = '{out}')"
PROBES = [
    *(
        f"SELECT * FROM {f}('{p}')"
        for f in (
            "read_csv",
            "read_csv_auto",
            "read_text",
            "read_blob",
            "read_json",
            "read_json_objects",
            "read_ndjson",
            "read_parquet",
            "parquet_scan",
            "parquet_metadata",
            "parquet_schema",
            "sniff_csv",
            "glob",
            "read_duckdb",
            "sqlite_scan",
        )
        for p in ("{canary}", "http://127.0.0.1:{port}/x", "/proc/self/environ")
    ),
    *(
        f"COPY (SELECT 1) TO '{{out}}' {o}"
        for o in ("", "(FORMAT parquet)", "(FORMAT csv, HEADER)", "(FORMAT json)")
    ),
    *(
        f"SET {s}"
        for s in (
            "enable_external_access = true",
            "lock_configuration = false",
            "memory_limit = '90GB'",
            "threads = 64",
            "temp_directory = '{out}'",
            "allowed_directories = ['/']",
            "allow_unsigned_extensions = true",
            "home_directory = '{out}'",
            "custom_extension_repository = 'http://127.0.0.1:{port}'",
            "extension_directory = '{out}'",
            "secret_directory = '{out}'",
            "max_temp_directory_size = '9GB'",
            "allow_community_extensions = true",
            "log_query_path = '{out}'",
            "profile_output = '{out}'",
        )
    ),
    *(
        f"PRAGMA {p}"
        for p in (
            "enable_profiling = 'json'",
            "database_list",
            "enable_logging",
            "disable_checkpoint_on_shutdown",
        )
    ),
    *(f"{verb} httpfs" for verb in ("INSTALL", "LOAD", "FORCE INSTALL")),
    "INSTALL x FROM 'http://127.0.0.1:{port}'",
    "LOAD '{canary}'",
    "ATTACH '{out}' AS o",
    "ATTACH '{canary}' AS o (READ_ONLY)",
    "ATTACH 'http://127.0.0.1:{port}/a.duckdb' AS o",
    "EXPORT DATABASE '{out}'",
    "IMPORT DATABASE '{out}'",
    "CREATE TABLE t AS SELECT 1",
    "CREATE SCHEMA s",
    "CREATE VIEW v AS SELECT 1",
    "CREATE SECRET s (TYPE http)",
    "CREATE PERSISTENT SECRET s (TYPE http)",
    "DROP TABLE core.lot",
    "DROP SCHEMA core CASCADE",
    "ALTER TABLE core.lot ADD COLUMN x INTEGER",
    "UPDATE core.lot SET lot_no = 'x'",
    "DELETE FROM core.lot",
    "INSERT INTO core.lot (lot_no) VALUES ('x')",
    "TRUNCATE core.lot",
    "COMMENT ON TABLE core.lot IS 'x'",
    "CREATE INDEX i ON core.lot (lot_no)",
    "VACUUM",
    "CHECKPOINT",
    "FORCE CHECKPOINT",
    "SELECT getenv('HOME')",
    "SELECT * FROM query('COPY (SELECT 1) TO ''{out}''')",
    "DETACH warehouse",
    "SELECT * FROM '{canary}'",
    'SELECT * FROM "{canary}"',
    "COPY core.lot FROM '{canary}'",
    "SELECT * FROM read_csv(['{canary}'])",
    "SELECT write_log('x')",
    "CALL force_checkpoint()",
    "CREATE MACRO m() AS 1",
    "CREATE TYPE t AS ENUM ('a')",
    "CREATE SEQUENCE s",
    "USE memory",
    "SELECT * FROM pandas_frame",
    "SELECT * FROM duckdb_extensions() WHERE loaded AND extension_name = 'httpfs'",
]

BOMBS = [
    "SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b",
    "SELECT range(1000000000)",
    "SELECT repeat('x', 2000000000)",
    "SELECT count(*) FROM range(100000000000)",
    "SELECT * FROM range(100000000) a, range(100000000) b ORDER BY a.range * b.range DESC",
    "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT max(n) FROM r",
    "SELECT list(repeat('y', 1000) || range) FROM range(100000000)",
    "SELECT regexp_replace(repeat('a', 5000000), '(a*)*b', 'x', 'g')",
    "SELECT md5(string_agg(repeat('z', 1000), '')) FROM range(10000000)",
    "SELECT list_sort(range(200000000))",
]
