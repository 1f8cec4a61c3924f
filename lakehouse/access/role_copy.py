"""Which tables, columns and rows go into a role's file, and the copying itself.

released file + sensitivities + policy -> CREATE TABLE AS SELECT, masked in the SELECT -> role's file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import duckdb

from lakehouse.access.grant import Grant, Reading
from lakehouse.access.masking import key_halves, kind_of, masked
from lakehouse.access.policy import Policy
from lakehouse.releases import NoRelease, Release

SENSITIVITY = "sensitivity"
TABLES = (
    "SELECT schema_name, table_name, comment FROM duckdb_tables() "
    "WHERE database_name = 'released' ORDER BY ALL"
)
COLUMNS = (
    "SELECT schema_name, table_name, column_name, data_type, comment FROM duckdb_columns() "
    "WHERE database_name = 'released' ORDER BY schema_name, table_name, column_index"
)
# Name, type, meaning.
Column = tuple[str, str, str]


class RoleCopy:
    """One copying; afterwards it knows what was masked, withheld and left out.

    Raises:
        NoRelease: The release was made before sensitivities were kept, so nothing says what may be copied.
    """

    def __init__(self, release: Release, policy: Policy, grant: Grant) -> None:
        if SENSITIVITY not in release.manifest:
            raise NoRelease(
                f"发布 {release.name} 早于权限机制，此角色不能读；请运行 medlake refresh --force | "
                f"release {release.name} was made before permissions: only roles that see everything can "
                "read it. `medlake refresh --force` makes one that has them"
            )
        self._release, self._policy, self._grant = release, policy, grant
        self._sources = release.manifest[SENSITIVITY]
        self.masked: list[str] = []
        self.withheld: list[str] = []
        self.left_out: list[str] = []

    def copy(self, con: duckdb.DuckDBPyConnection, key: bytes) -> None:
        """Fills the role's file from the release."""
        con.execute(f"ATTACH {_literal(str(self._release.warehouse_path))} AS released (READ_ONLY)")
        inner, outer = key_halves(key)
        con.execute("SET VARIABLE mask_inner = ?", [inner])
        con.execute("SET VARIABLE mask_outer = ?", [outer])
        tables = con.execute(TABLES).fetchall()
        columns = _columns(con)
        # One commit: a thousand comments would be a thousand waits for the disk.
        con.execute("BEGIN")
        for schema, table, comment in tables:
            self._copy_table(con, schema, table, comment, columns[schema, table])
        con.execute("COMMIT")
        con.execute("RESET VARIABLE mask_inner")
        con.execute("RESET VARIABLE mask_outer")
        con.execute("DETACH released")
        con.execute("CHECKPOINT")

    def _copy_table(
        self,
        con: duckdb.DuckDBPyConnection,
        schema: str,
        table: str,
        comment: str,
        columns: Sequence[Column],
    ) -> None:
        name = f"{schema}.{table}"
        if not self._grant.holds_table(name, frozenset(column for column, _, _ in columns)):
            self.left_out.append(name)
            return
        con.execute(f'CREATE SCHEMA IF NOT EXISTS "{schema}"')
        quoted = f'"{schema}"."{table}"'
        parts = ", ".join(f'{self._value(name, c, kind)} AS "{c}"' for c, kind, _ in columns)
        con.execute(f"CREATE TABLE {quoted} AS SELECT {parts} FROM released.{quoted} {self._where(columns)}")
        comments = [f"COMMENT ON TABLE {quoted} IS {_literal(comment or '')}"]
        for column, _, meaning in columns:
            comments.append(f'COMMENT ON COLUMN {quoted}."{column}" IS {_literal(meaning or "")}')
        con.execute(";".join(comments))

    def _value(self, table: str, column: str, type_name: str) -> str:
        full, quoted = f"{table}.{column}", f'"{column}"'
        sources = self._sources.get(table, {}).get(column)
        # A column the release's lineage does not know is not given to anybody who may not see everything.
        reading = Reading.WITHHELD
        if sources is not None:
            reading = self._grant.reading(full, self._policy.sensitivity(full, sources))
        if reading is Reading.CLEAR:
            return quoted
        if reading is Reading.MASKED:
            expression = masked(quoted, type_name, self._policy.masks[kind_of(type_name)])
            if not expression.startswith("NULL"):
                self.masked.append(full)
                return expression
        self.withheld.append(full)
        return f"NULL::{type_name}"

    def _where(self, columns: Sequence[Column]) -> str:
        rows = self._grant.rows
        if rows is None or rows.column not in {column for column, _, _ in columns}:
            return ""
        if not rows.values:
            return "WHERE false"
        return f'WHERE "{rows.column}" IN ({", ".join(map(_literal, rows.values))})'


def _columns(con: duckdb.DuckDBPyConnection) -> Mapping[tuple[str, str], Sequence[Column]]:
    found: dict[tuple[str, str], list[Column]] = defaultdict(list)
    for schema, table, column, kind, meaning in con.execute(COLUMNS).fetchall():
        found[schema, table].append((column, kind, meaning))
    return found


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
