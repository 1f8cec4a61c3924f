"""A hash of what a table says, whatever order or file its rows lie in."""

import duckdb

# Where and when a row was loaded is evidence about the row, not its content.
NOT_CONTENT = frozenset({"_load_id", "_loaded_at", "load_id", "loaded_at"})


def content_hash(connection: duckdb.DuckDBPyConnection, table: str) -> str:
    """SHA-256 over a table's rows as a multiset, hex.

    Each row is hashed as canonical text (columns by name, NULL apart from empty); the row hashes are
    sorted and hashed bucket by bucket, so memory stays that of one hash per row.

    Args:
        connection: Any connection that sees the table.
        table: Quoted, qualified name.
    """
    columns = sorted(row[0] for row in connection.execute(f"DESCRIBE {table}").fetchall())
    # A prefix tells NULL from '', and the length keeps ('ab','c') apart from ('a','bc').
    parts = [
        f"""coalesce(length("{column}"::VARCHAR)::VARCHAR || ':' || "{column}"::VARCHAR, '-')"""
        for column in columns
        if column not in NOT_CONTENT
    ]
    row_hash = f"sha256(concat_ws('|', {', '.join(parts)}))"
    found = connection.execute(
        f"""
        WITH row_hash AS (SELECT {row_hash} AS h FROM {table}),
        bucket AS (SELECT left(h, 2) AS b, sha256(string_agg(h, '' ORDER BY h)) AS h FROM row_hash GROUP BY b)
        SELECT sha256(coalesce(string_agg(h, '' ORDER BY b), '')) FROM bucket
        """
    ).fetchone()
    assert found is not None
    return f"{found[0]}"
