"""Zones of the plants, as the release knows them."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from traceability.query import fetch


@dataclass(frozen=True)
class _Zone:
    site_code: str
    zone_name: str


def zones(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Return the IANA zone of each plant by its code."""
    rows = fetch(con, "zones", _Zone, {}, package="traceability.recall")
    return {row.site_code: row.zone_name for row in rows}
