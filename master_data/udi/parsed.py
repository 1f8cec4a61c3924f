"""What a reader makes of a code: the fields that all agencies share, and a verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from master_data.udi.issue import Issue, Severity, warn
from master_data.udi.short_date import Precision, ShortDate

Agency = Literal["GS1", "HIBCC", "ICCBBA", "MA", "AHM", "UNKNOWN"]
Form = Literal[
    "element_string", "bracketed", "digital_link", "gtin",  # GS1
    "primary", "secondary", "combined",  # HIBCC
    "data_structures",  # ICCBBA
    "text", "xml", "url",  # MA, AHM
    "di", "raw",
]  # fmt: skip
FAR_EXPIRY_YEARS = 30


@dataclass(frozen=True)
class Field:
    """One data field of a code: the agency's own identifier, the value as written, its place in the text."""

    key: str
    value: str
    position: int


@dataclass(frozen=True)
class Verdict:
    """The one finding that decides: the first error, else the first warning, else ``ok``."""

    severity: Severity | Literal["ok"]
    code: str | None
    position: int | None


@dataclass(frozen=True)
class ParsedUdi:
    """A UDI as read.

    Attributes:
        raw: the text exactly as it came.
        canonical: one spelling for all that mean the same; None when the text is not readable.
        di: UDI-DI: GTIN-14, HIBCC labeler + product + unit, ISBT 128 device identifier, MA up to the item.
        elements: (the agency's identifier, value as written) in the order of the text; `write` takes them.
        manufactured_precision, expiry_precision: ``month`` when no day was written: the month's last then.
    """

    raw: str
    agency: Agency
    form: Form
    di: str | None = None
    lot: str | None = None
    serial: str | None = None
    manufactured_date: date | None = None
    manufactured_precision: Precision | None = None
    expiry_date: date | None = None
    expiry_precision: Precision | None = None
    elements: tuple[tuple[str, str], ...] = ()
    canonical: str | None = None
    issues: tuple[Issue, ...] = ()

    @property
    def is_valid(self) -> bool:
        """True when a decoder read the text and found no error."""
        return self.form != "raw" and not has_error(self.issues)

    @property
    def verdict(self) -> Verdict:
        """The finding that decides about this code."""
        first = next((issue for issue in self.issues if issue.severity == "error"), None)
        worst = first or next(iter(self.issues), None)
        return Verdict(worst.severity, worst.code, worst.position) if worst else Verdict("ok", None, None)

    def value(self, key: str) -> str | None:
        """Return the value of an application identifier or field, None when absent."""
        return next((value for name, value in self.elements if name == key), None)


def has_error(issues: Sequence[Issue]) -> bool:
    """Tell whether one of the issues makes the code unusable."""
    return any(issue.severity == "error" for issue in issues)


def date_doubts(made: ShortDate | None, expires: ShortDate | None, current_year: int) -> tuple[Issue, ...]:
    """Return warnings about dates that are legal and yet hardly meant."""
    doubts = []
    if expires and expires.value.year - current_year > FAR_EXPIRY_YEARS:
        doubts.append(warn("EXPIRY_FAR", None, f"expiry {expires.value} is more than 30 years away"))
    if made and expires and made.value > expires.value:
        doubts.append(warn("MADE_AFTER_EXPIRY", None, f"made {made.value}, expires {expires.value}"))
    return tuple(doubts)
