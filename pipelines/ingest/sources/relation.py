"""SQL for a contract's relation: its columns, their text, and the rows a watermark asks for."""

from dataclasses import dataclass

import pyarrow as pa
from adbc_driver_manager.dbapi import Cursor

from pipelines.ingest.records import FileRejected
from pipelines.ingest.rules import Rule
from quality_rules.contract import Contract
from quality_rules.contract_database import Database, quoted

# The database's name of a type a watermark may have, by Arrow's.
WATERMARKS = {"date32[day]": "date", "timestamp[us]": "timestamp", "timestamp[us, tz=UTC]": "timestamptz"}
WHOLE = {"int16", "int32", "int64"}


@dataclass(frozen=True)
class Relation:
    """A query of the contract with the columns it has now."""

    database: Database
    schema: pa.Schema
    key: tuple[str, ...]

    @property
    def names(self) -> list[str]:
        """Columns in the database's order."""
        return list(self.schema.names)

    def select(self, where: str) -> str:
        """All columns as text, in the order of the key."""
        texts = ", ".join(
            f"{_text(name, self.schema.field(name).type)} AS {quoted(name)}" for name in self.names
        )
        order = ", ".join(f"q.{quoted(name)}" for name in self.key)
        return f"SELECT {texts} FROM ({self.database.query}) AS q WHERE {where} ORDER BY {order}"

    def watermark_type(self) -> str:
        """The database's type of the watermark.

        Raises:
            FileRejected: DQ-SRC-003 when the columns differ in type, or are neither times nor whole numbers.
        """
        found = {str(self.schema.field(name).type) for name in self.database.watermark}
        kind = found.pop()
        known = "bigint" if kind in WHOLE else WATERMARKS.get(kind)
        if found or known is None or (known == "bigint" and self.database.overlap):
            raise FileRejected(
                Rule.SOURCE_SHAPE,
                "水位列须同为日期、时间，或为不带重叠窗口的整数 | "
                "Watermark columns must all be dates or all times, or whole numbers without overlap",
            )
        return known

    def low(self, high: str) -> str:
        """SQL of the first watermark to read again, for the highest one read before."""
        kind = self.watermark_type()
        start = f"CAST({literal(high)} AS {kind})"
        return (
            f"CAST({start} - INTERVAL {literal(self.database.overlap)} AS {kind})"
            if self.database.overlap
            else start
        )

    def since(self, low: str) -> str:
        """Rows at or after a watermark, or without any; each column by itself, so that an index can serve."""
        columns = [f"q.{quoted(name)}" for name in self.database.watermark]
        reached = " OR ".join(f"{column} >= {low}" for column in columns)
        none = " AND ".join(f"{column} IS NULL" for column in columns)
        return f"({reached} OR ({none}))"

    def high(self, before: str | None, where: str) -> str:
        """The highest watermark of the rows, as text; one in the future must not hide what comes before."""
        kind = self.watermark_type()
        columns = ", ".join(f"q.{quoted(name)}" for name in self.database.watermark)
        latest = f"MAX(GREATEST({columns}))"
        capped = latest if kind == "bigint" else f"LEAST({latest}, CAST(now() AS {kind}))"
        best = f"GREATEST({capped}, CAST({literal(before)} AS {kind}))" if before else capped
        return f"SELECT CAST({best} AS text) FROM ({self.database.query}) AS q WHERE {where}"


def describe(cursor: Cursor, contract: Contract, database: Database) -> Relation:
    """The relation as it is now.

    Raises:
        FileRejected: DQ-SRC-003 when a column that extraction needs is not there.
    """
    cursor.execute(f"SELECT * FROM ({database.query}) AS q LIMIT 0")
    schema = cursor.fetch_arrow_table().schema
    key = tuple(
        column.physical_name for name in contract.key for column in contract.columns if column.name == name
    )
    missing = [name for name in (*key, *database.watermark) if name not in schema.names]
    if missing:
        raise FileRejected(
            Rule.SOURCE_SHAPE,
            f"查询结果缺少主键或水位列 {missing} | The query gives no {missing}, key or watermark",
        )
    if contract.tombstone in schema.names:
        raise FileRejected(
            Rule.SOURCE_SHAPE,
            f"列名 {contract.tombstone} 留作删除标记 | {contract.tombstone} is kept for deletions",
        )
    return Relation(database, schema, key)


def literal(text: str | None) -> str:
    """An SQL literal that no setting reads differently."""
    return "E'" + str(text).replace("\\", "\\\\").replace("'", "''") + "'"


def _text(name: str, kind: pa.DataType) -> str:
    column = f"q.{quoted(name)}"
    # A cast of char(n) to text drops its blanks, which concat keeps; concat alone would make NULL empty.
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return f"CASE WHEN NOT {column} IS NULL THEN CONCAT({column}) END"
    return f"CAST({column} AS text)"
