"""What a plant did in a year, as an inspector looks for it: lots, acts, serial numbers, identifiers.

release + plant + year → PlantYear. Days are those of the plant's clock.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial

import duckdb

from reports.refusals import UnknownSubject
from traceability.query import fetch

_fetch = partial(fetch, package="reports.inspector")


@dataclass(frozen=True)
class Site:
    """A plant and the zone of its clock."""

    site_code: str
    site_name_zh: str
    site_name_en: str
    zone_name: str


@dataclass(frozen=True)
class LotLine:
    """A lot in the search; `spellings` holds every way a system writes it, apart by blanks."""

    lot_id: str
    lot_no: str
    product_code: str
    product_name_zh: str | None
    product_name_en: str | None
    product_type_code: str | None
    lot_kind_code: str
    manufactured_date: date | None
    expiry_date: date | None
    decision_code: str | None
    decided_date: date | None
    decided_by: str | None
    supplier_lot_no: str | None
    spellings: str

    @property
    def has_dossier(self) -> bool:
        """Whether its record is a batch record of a device."""
        return self.lot_kind_code == "produced" and self.product_type_code == "finished"


@dataclass(frozen=True)
class Act:
    """Something that was done on a day; `person` as the record names them, empty where it names nobody."""

    act_date: date
    person: str
    act_code: str
    lot_id: str
    detail: str


@dataclass(frozen=True)
class SerialLine:
    """A serial number and its lot."""

    serial_no: str
    lot_id: str
    di: str
    delivery_no: str


@dataclass(frozen=True)
class Identifier:
    """A device identifier and the product it is of."""

    di: str
    level_code: str
    product_code: str


@dataclass(frozen=True)
class PlantYear:
    """Everything that can be searched."""

    site: Site
    year: int
    lots: tuple[LotLine, ...]
    acts: tuple[Act, ...]
    serials: tuple[SerialLine, ...]
    identifiers: tuple[Identifier, ...]

    @property
    def counts(self) -> Mapping[str, int]:
        """How many acts of each kind there were."""
        return Counter(act.act_code for act in self.acts)


def read_site(con: duckdb.DuckDBPyConnection, site_code: str) -> Site:
    """Return a plant.

    Raises:
        UnknownSubject: the release knows no such plant.
    """
    sites = _fetch(con, "site", Site, {"site": site_code})
    if not sites:
        raise UnknownSubject(f"没有工厂 {site_code} | there is no plant {site_code}")
    return sites[0]


def read_plant_year(con: duckdb.DuckDBPyConnection, site_code: str, year: int) -> PlantYear:
    """Return a plant's year.

    Raises:
        UnknownSubject: the release knows no such plant, or nothing of it in that year.
    """
    site = read_site(con, site_code)
    asked = {"site": site_code, "year": year, "zone": site.zone_name}
    lots = _fetch(con, "lots", LotLine, asked)
    if not lots:
        raise UnknownSubject(
            f"工厂 {site_code} 在 {year} 年没有批次 | plant {site_code} has no lots in {year}"
        )
    mine = {"site": site_code}
    return PlantYear(
        site,
        year,
        lots,
        _fetch(con, "acts", Act, asked),
        _fetch(con, "serials", SerialLine, mine),
        _fetch(con, "identifiers", Identifier, mine),
    )
