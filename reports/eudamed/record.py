"""A device as the company lists it in the EU: its listing there, and its UDI declaration at home.

core.eu_device and core.udi_record (declared) with packages and sizes → EuDevice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from reports.findings import Subject
from reports.nmpa_udi.record import UdiRecord, by_primary_di, read_records

Value = str | bool | date | None


@dataclass(frozen=True)
class EuDevice:
    """One device of the EU listing.

    Attributes:
        values: Column of core.eu_device → value.
        home: The UDI declaration it takes identifiers, packages and sizes from; None when there is none.
    """

    values: Mapping[str, Value]
    home: UdiRecord | None
    address: str

    @property
    def primary_di(self) -> str:
        """UDI-DI of the device."""
        return self.text("primary_di")

    @property
    def subject(self) -> Subject:
        """What findings are about."""
        return Subject(self.primary_di, self.address)

    @property
    def regulation(self) -> str:
        """MDR or IVDR, empty when the listing does not say."""
        return self.text("regulation_code")

    @property
    def base_quantity(self) -> int:
        """Devices in the base package; 1 where the declaration does not say."""
        quantity = self.home.values["unit_of_use_qty"] if self.home else None
        return quantity if isinstance(quantity, int) else 1

    @property
    def direct_mark_di(self) -> str:
        """Identifier that the device itself carries; empty when it carries none."""
        if self.home is None or not self.home.is_true("has_direct_mark"):
            return ""
        return self.home.text("direct_mark_di") or self.primary_di

    def text(self, column: str) -> str:
        """A value as text, empty when there is none."""
        value = self.values.get(column)
        return value.isoformat() if isinstance(value, date) else str(value or "")

    def words(self, column: str) -> tuple[str, ...]:
        """The codes of a text that holds several, apart by blanks."""
        return tuple(self.text(column).split())


def read_eu_devices(con: duckdb.DuckDBPyConnection) -> tuple[EuDevice, ...]:
    """Return all devices of the EU listing, by identifier."""
    homes = by_primary_di(read_records(con, "declared"))
    asked = con.execute("SELECT * FROM core.eu_device ORDER BY primary_di")
    names = [column[0] for column in asked.description or ()]
    rows: list[dict[str, Any]] = [dict(zip(names, row, strict=True)) for row in asked.fetchall()]
    return tuple(EuDevice(row, homes.get(row["primary_di"]), _address(row)) for row in rows)


def _address(row: Mapping[str, Any]) -> str:
    return f"{row['_source_table']} {row['_file_sha256'][:12]} #{row['_row']}"
