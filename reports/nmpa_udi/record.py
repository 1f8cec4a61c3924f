"""A record of the UDI database as the platform knows it: the company's declaration, or what was published.

core.udi_record and its packages, storage conditions and sizes → UdiRecord, each with the address of its row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any, Literal

import duckdb

from reports.nmpa_udi.fields import by_column

Value = str | int | bool | date | None
Register = Literal["declared", "published"]


@dataclass(frozen=True)
class Package:
    """A package holds a quantity of the next lower identifier."""

    package_di: str
    level_name: str | None
    contains_di: str | None
    contains_qty: int | None


@dataclass(frozen=True)
class Storage:
    """A condition of storage or handling; the bounds in the unit, open where None."""

    condition_name: str | None
    range_min: Decimal | None
    range_max: Decimal | None
    range_unit_name: str | None


@dataclass(frozen=True)
class ClinicalSize:
    """A size that matters in use."""

    size_type_name: str | None
    size_value: str | None
    size_unit_name: str | None


@dataclass(frozen=True)
class Address:
    """Where the record stands in what was delivered."""

    source_table: str
    file_sha256: str
    row: int

    def __str__(self) -> str:
        return f"{self.source_table} {self.file_sha256[:12]} #{self.row}"


@dataclass(frozen=True)
class UdiRecord:
    """One device of one register.

    Attributes:
        record_key: The database's own key, given at the first save; None before.
        values: Column → value, for every field there ever was.
    """

    register: Register
    record_key: str | None
    version_no: int | None
    values: Mapping[str, Value]
    packages: tuple[Package, ...]
    storages: tuple[Storage, ...]
    sizes: tuple[ClinicalSize, ...]
    address: Address

    @property
    def primary_di(self) -> str:
        """The identifier of the smallest sales unit; empty when the row has none."""
        return str(self.values["primary_di"] or "")

    def text(self, column: str) -> str:
        """A value as text, empty when there is none."""
        value = self.values[column]
        return "" if value is None else str(value)

    def is_true(self, column: str) -> bool:
        """Whether a yes/no field says yes; no and nothing said are both no."""
        return self.values[column] is True


def read_records(con: duckdb.DuckDBPyConnection, register: Register) -> tuple[UdiRecord, ...]:
    """Return all records of a register, by primary identifier and key."""
    packages = _children(con, "udi_record_package", register, Package)
    storages = _children(con, "udi_record_storage", register, Storage)
    sizes = _children(con, "udi_record_size", register, ClinicalSize)
    names = ["record_id", "record_key", "version_no", *by_column()]
    place = ["_source_table", "_file_sha256", "_row"]
    rows = con.execute(
        f"SELECT {', '.join([*names, *place])} FROM core.udi_record WHERE register_code = ? "
        "ORDER BY primary_di NULLS FIRST, record_id",
        [register],
    ).fetchall()
    return tuple(
        UdiRecord(
            register=register,
            record_key=row[1],
            version_no=row[2],
            values=dict(zip(names[3:], row[3 : len(names)], strict=True)),
            packages=tuple(packages[row[0]]),
            storages=tuple(storages[row[0]]),
            sizes=tuple(sizes[row[0]]),
            address=Address(*row[-3:]),
        )
        for row in rows
    )


def by_primary_di(records: Iterable[UdiRecord]) -> Mapping[str, UdiRecord]:
    """Return records by their primary identifier; of several the last one, which is the newest version."""
    return {record.primary_di: record for record in records if record.primary_di}


def _children(con: duckdb.DuckDBPyConnection, table: str, register: Register, kind: type[Any]) -> Any:
    names: Sequence[str] = [field.name for field in fields(kind)]
    rows = con.execute(
        f"SELECT record_id, {', '.join(names)} FROM core.{table} WHERE register_code = ? ORDER BY ALL",
        [register],
    ).fetchall()
    found = defaultdict(list)
    for record_id, *values in rows:
        found[record_id].append(kind(*values))
    return found
