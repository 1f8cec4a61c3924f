"""Which authorities have a say, by where goods went."""

from __future__ import annotations

from collections.abc import Iterable

from reports.deadlines.rule import Jurisdiction

# Regulation (EU) 2017/745 holds in the Union and, through the EEA, in Iceland, Liechtenstein and Norway.
_EEA = frozenset(
    [
        "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU",
        "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK", "IS",
        "LI", "NO",
    ]
)  # fmt: skip


def jurisdictions(country_codes: Iterable[str | None]) -> frozenset[Jurisdiction]:
    """Return the jurisdictions of ISO 3166-1 countries; China always, where the maker is."""
    found: set[Jurisdiction] = {"CN"}
    for code in country_codes:
        if code == "US":
            found.add("US")
        elif code in _EEA:
            found.add("EU")
    return frozenset(found)
