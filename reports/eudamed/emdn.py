"""Whether an EMDN code may be sent: BR-UDID-636 asks for a leaf of the nomenclature in force.

emdn.csv (code, first and last day) → Nomenclature of a day → findings. The Commission's list was not to be
had: the file has its header only, and until a company fills it every device says so (EUD-015). What stands
above a code are its prefixes, so that the codes alone tell which are leaves.
"""

from __future__ import annotations

import csv
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from reports.dated import Dated, day_of
from reports.eudamed.found import found
from reports.eudamed.record import EuDevice
from reports.findings import Finding
from reports.form import DatedTable


@dataclass(frozen=True)
class Term(Dated):
    """A code of the nomenclature and its days; None leaves an end open."""

    code: str
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True)
class Nomenclature:
    """Codes in force together, sorted; none when no list was given for the day."""

    codes: tuple[str, ...]

    def below(self, code: str) -> str | None:
        """Return a code that stands below one, which is then no leaf."""
        place = bisect_right(self.codes, code)
        following = self.codes[place : place + 1]
        return next((one for one in following if one.startswith(code)), None)


def read_terms(text: str) -> tuple[Term, ...]:
    """Return the codes of a list.

    Raises:
        ValueError: a day is none.
    """
    return tuple(
        Term(row["code"], day_of(row["valid_from"]), day_of(row["valid_to"]))
        for row in csv.DictReader(text.splitlines())
    )


def nomenclature_of(day: date) -> Nomenclature:
    """Return the codes in force on a day."""
    return Nomenclature(tuple(sorted({term.code for term in _in_force(day)})))


def nomenclature_findings(device: EuDevice, codes: Sequence[str], known: Nomenclature) -> Iterator[Finding]:
    """Codes of a device that are no leaf of the nomenclature; one warning for all when there is no list."""
    if codes and not known.codes:
        yield found(device, "EUD-015", "emdn_codes", " ".join(codes))
        return
    for code in codes:
        if lower := known.below(code):
            yield found(device, "BR-UDID-636", "emdn_codes", code, f"{code} → {lower}")
        elif code not in known.codes:
            yield found(device, "BR-UDID-636", "emdn_codes", code, f"∉ EMDN ({len(known.codes)})")


@cache
def _terms() -> tuple[Term, ...]:
    return read_terms(files("reports.eudamed").joinpath("emdn.csv").read_text(encoding="utf-8"))


def _in_force(day: date) -> tuple[Term, ...]:
    return tuple(term for term in _terms() if term.holds_on(day))


TABLE = DatedTable("emdn", _in_force)
