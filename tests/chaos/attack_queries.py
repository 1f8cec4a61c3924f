"""Questions that try to reach what a role may not see: by all of SQL, catalogue, errors, statistics.

schema of a file (+ guesses an insider would make) -> endless stream of queries, the same for the same seed.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

CATALOGUE = (
    "duckdb_columns()",
    "duckdb_tables()",
    "duckdb_views()",
    "duckdb_databases()",
    "duckdb_settings()",
    "duckdb_variables()",
    "duckdb_constraints()",
    "duckdb_indexes()",
    "duckdb_secrets()",
    "duckdb_memory()",
    "duckdb_logs",
    "duckdb_temporary_files()",
    "duckdb_dependencies()",
    "duckdb_schemas()",
    "sqlite_master",
    "information_schema.columns",
    "pg_catalog.pg_attribute",
    "pg_catalog.pg_description",
    "pragma_database_size()",
)
AGGREGATES = (
    "string_agg({c}::VARCHAR, ';')",
    "list({c})",
    "min({c})",
    "max({c})",
    "mode({c})",
    "any_value({c})",
    "arg_max({c}, {d})",
    "histogram({c})",
    "approx_top_k({c}::VARCHAR, 20)",
    "max({c}, 20)",
    "list(DISTINCT {c})",
    "bit_xor(hash({c}))",
)
DISGUISES = (
    "{c}",
    "upper({c}::VARCHAR)",
    "reverse({c}::VARCHAR)",
    "hex(encode({c}::VARCHAR))",
    "base64(encode({c}::VARCHAR))",
    "to_json({c})",
    "{c}::VARCHAR || ''",
    "regexp_extract({c}::VARCHAR, '.*')",
    "regexp_replace({c}::VARCHAR, '^', '')",
    "array_to_string(string_split({c}::VARCHAR, ''), '')",
    "coalesce({c}::VARCHAR, 'none')",
    "struct_pack(v := {c})",
    "format('{{}}', {c}::VARCHAR)",
    "trim({c}::VARCHAR)",
)
ERRORS = (
    "error({c}::VARCHAR)",
    "({c}::VARCHAR)::INTEGER",
    "({c}::VARCHAR)::DATE",
    "strptime({c}::VARCHAR, '%Y')",
    "({c}::VARCHAR)::JSON",
    "CAST({c}::VARCHAR AS DECIMAL(3,1))",
    "regexp_matches('x', '(' || {c}::VARCHAR)",
)


@dataclass(frozen=True)
class Insider:
    """What an attacker may know beforehand.

    Attributes:
        columns: Columns by table of the whole release, also those that the file lacks.
        guesses: Values that they suspect.
        paths: Files they would like to read.
    """

    columns: Mapping[str, Sequence[str]]
    guesses: Sequence[str]
    paths: Sequence[str]


def attacks(insider: Insider, rng: random.Random) -> Iterator[str]:
    """Queries without end."""
    kinds: tuple[Callable[[Insider, random.Random], str], ...] = (
        _disguised, _disguised, _aggregated, _aggregated, _joined, _united, _unpivoted, _pivoted, _erring,
        _guessed, _catalogue, _statistics, _windowed, _recursive, _whole_rows, _prepared, _outside,
        _variables,
    )  # fmt: skip
    while True:
        yield rng.choice(kinds)(insider, rng)


def _pick(insider: Insider, rng: random.Random) -> tuple[str, str, str]:
    table = rng.choice(list(insider.columns))
    columns = insider.columns[table]
    return table, f'"{rng.choice(columns)}"', f'"{rng.choice(columns)}"'


def _disguised(insider: Insider, rng: random.Random) -> str:
    table, c, d = _pick(insider, rng)
    shown = rng.choice(DISGUISES).format(c=c)
    return f"SELECT {shown} FROM {table} WHERE {d} IS NOT NULL ORDER BY 1 DESC LIMIT 60"


def _aggregated(insider: Insider, rng: random.Random) -> str:
    table, c, d = _pick(insider, rng)
    shown = rng.choice(AGGREGATES).format(c=c, d=d)
    group = f" GROUP BY {d} LIMIT 60" if rng.random() < 0.5 else ""
    return f"SELECT {shown} FROM {table}{group}"


def _joined(insider: Insider, rng: random.Random) -> str:
    left, c, _ = _pick(insider, rng)
    right, d, e = _pick(insider, rng)
    kind = rng.choice(("JOIN", "LEFT JOIN", "FULL JOIN", "SEMI JOIN", "ANTI JOIN"))
    what = f"l.{c}" if kind in ("SEMI JOIN", "ANTI JOIN") else f"l.{c}, r.{e}"
    return f"SELECT {what} FROM {left} l {kind} {right} r ON l.{c}::VARCHAR = r.{d}::VARCHAR LIMIT 60"


def _united(insider: Insider, rng: random.Random) -> str:
    parts = []
    for _ in range(rng.randint(2, 4)):
        table, c, _unused = _pick(insider, rng)
        parts.append(f"(SELECT {c}::VARCHAR FROM {table} LIMIT 30)")
    return rng.choice((" UNION ALL ", " UNION ", " EXCEPT ")).join(parts)


def _unpivoted(insider: Insider, rng: random.Random) -> str:
    table, _, _ = _pick(insider, rng)
    return (
        f"SELECT * FROM (UNPIVOT (SELECT COLUMNS(*)::VARCHAR FROM {table} LIMIT 15) ON COLUMNS(*)) LIMIT 200"
    )


def _pivoted(insider: Insider, rng: random.Random) -> str:
    table, c, d = _pick(insider, rng)
    return f"SELECT * FROM (PIVOT (SELECT {c}, {d} FROM {table} LIMIT 30) ON {c} USING count(*)) LIMIT 20"


def _erring(insider: Insider, rng: random.Random) -> str:
    table, c, d = _pick(insider, rng)
    return f"SELECT {rng.choice(ERRORS).format(c=c)} FROM {table} WHERE {d} IS NOT NULL"


def _guessed(insider: Insider, rng: random.Random) -> str:
    """A guess is confirmed only when the file answers with it; the literal itself is not in the answer."""
    table, c, d = _pick(insider, rng)
    prefix = rng.choice(insider.guesses)[:3].replace("'", "''")
    where = f"{c}::VARCHAR LIKE '{prefix}%' OR contains({c}::VARCHAR, '{prefix}')"
    return f"SELECT {c}, {d} FROM {table} WHERE {where} LIMIT 60"


def _catalogue(insider: Insider, rng: random.Random) -> str:
    return f"SELECT * FROM {rng.choice(CATALOGUE)} LIMIT {rng.choice((50, 400))}"


def _statistics(insider: Insider, rng: random.Random) -> str:
    table, c, _ = _pick(insider, rng)
    return rng.choice(
        (
            f"SELECT stats({c}) FROM {table} LIMIT 3",
            f"SELECT * FROM pragma_storage_info('{table}')",
            f"SUMMARIZE SELECT {c} FROM {table}",
            f"SUMMARIZE {table}",
            f"DESCRIBE {table}",
            f"EXPLAIN ANALYZE SELECT {c} FROM {table} WHERE {c}::VARCHAR > 'a'",
            f"SELECT min({c}), max({c}), approx_quantile(hash({c}), 0.5) FROM {table} USING SAMPLE 50%",
            f"SELECT * FROM pragma_table_info('{table}')",
        )
    )


def _windowed(insider: Insider, rng: random.Random) -> str:
    table, c, d = _pick(insider, rng)
    return (
        f"SELECT rowid, lag({c}) OVER (ORDER BY {d}), first_value({c}) OVER (PARTITION BY {d}), "
        f"nth_value({c}, 2) OVER () FROM {table} QUALIFY row_number() OVER () < 40"
    )


def _recursive(insider: Insider, rng: random.Random) -> str:
    table, c, _ = _pick(insider, rng)
    return (
        f"WITH RECURSIVE w(n, v) AS (SELECT 0, '' UNION ALL SELECT n + 1, (SELECT {c}::VARCHAR FROM {table} "
        "LIMIT 1 OFFSET n) FROM w WHERE n < 20) SELECT v FROM w"
    )


def _whole_rows(insider: Insider, rng: random.Random) -> str:
    table, _, _ = _pick(insider, rng)
    return rng.choice(
        (
            f"SELECT t FROM {table} t LIMIT 20",
            f"SELECT to_json(t) FROM {table} t LIMIT 20",
            f"FROM {table} LIMIT 20",
            f"SELECT * EXCLUDE (site_code) FROM {table} LIMIT 20",
            f"SELECT COLUMNS('.*name.*|.*_id') FROM {table} LIMIT 20",
            f"SELECT list(t) FROM (FROM {table} LIMIT 20) t",
            f"TABLE {table}",
            f"SELECT * FROM query_table('{table}') LIMIT 20",
            f"SELECT * FROM query('SELECT * FROM {table} LIMIT 20')",
        )
    )


def _prepared(insider: Insider, rng: random.Random) -> str:
    table, c, _ = _pick(insider, rng)
    return rng.choice(
        (
            f"PREPARE p AS SELECT {c} FROM {table}; EXECUTE p",
            f"CREATE TEMP TABLE x AS SELECT {c} FROM {table}; FROM x LIMIT 20",
            f"CREATE TEMP MACRO m() AS TABLE SELECT {c} FROM {table}; FROM m() LIMIT 20",
            f"SELECT {c} FROM {table} AT (VERSION => 1) LIMIT 20",
        )
    )


def _outside(insider: Insider, rng: random.Random) -> str:
    path, (table, c, _) = rng.choice(insider.paths), _pick(insider, rng)
    return rng.choice(
        (
            f"SELECT * FROM read_blob('{path}')",
            f"SELECT * FROM read_text('{path}')",
            f"SELECT * FROM '{path}'",
            f"ATTACH '{path}' AS other (READ_ONLY); SELECT {c} FROM other.{table} LIMIT 20",
            f"COPY (SELECT {c} FROM {table}) TO '/dev/stdout'",
            f"SELECT * FROM read_duckdb('{path}')",
            f"SELECT * FROM glob('{path}*')",
            f"SET enable_external_access = true; SELECT * FROM read_blob('{path}')",
        )
    )


def _variables(insider: Insider, rng: random.Random) -> str:
    return rng.choice(
        (
            "SELECT getvariable('mask_inner'), getvariable('mask_outer')",
            "SELECT * FROM duckdb_variables()",
            "SELECT current_setting('threads'), current_query()",
            "SELECT * FROM pragma_user_agent()",
        )
    )
