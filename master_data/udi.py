"""Read a UDI in whatever form it arrives: scanned, printed, linked or typed.

text → agency and form → elements → ParsedUdi (DI, lot, serial, dates, issues). GS1 is decoded in
full; texts of HIBCC, ICCBBA, MA and AHM are recognised and kept raw.
Alone: python -c "from master_data.udi import parse; print(parse('(01)09521234543213', current_year=2026))"
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from master_data import gs1_date
from master_data.gs1_ai import GS, ai_at, ai_table
from master_data.gs1_check import check_elements
from master_data.gs1_message import (
    Element,
    Message,
    split_bracketed,
    split_digital_link,
    split_element_string,
)
from master_data.gtin import is_digits, normalise
from master_data.issue import Issue, error, warn

Agency = Literal["GS1", "HIBCC", "ICCBBA", "MA", "AHM", "UNKNOWN"]
Form = Literal["element_string", "bracketed", "digital_link", "gtin", "raw"]

# Symbology identifiers that announce GS1 element strings (ISO/IEC 15424), and those of plain EAN/UPC.
_AIM = re.compile(r"\](?:C1|d2|Q3|e0|J1|E0|E4)")
# Keyboard-wedge scanners and web forms cannot carry 0x1D; these spellings stand for it.
_GS_SPELLINGS = re.compile(r"␝|<GS>|\{GS\}|\\x1[dD]|\\u001[dD]|\[GS\]")
_FULL_WIDTH_BRACKETS = str.maketrans("（）", "()")
_FAR_EXPIRY_YEARS = 30


@dataclass(frozen=True)
class ParsedUdi:
    """A UDI as read.

    Attributes:
        raw: the text exactly as it came.
        canonical: GS1 element string with separators, fixed-length fields first; None when unreadable.
        di: UDI-DI as GTIN-14; dates are resolved, ``*_precision`` is ``month`` when the day was 00.
        elements: (application identifier, value) in the order of the text.
    """

    raw: str
    agency: Agency
    form: Form
    di: str | None = None
    lot: str | None = None
    serial: str | None = None
    manufactured_date: date | None = None
    manufactured_precision: Literal["day", "month"] | None = None
    expiry_date: date | None = None
    expiry_precision: Literal["day", "month"] | None = None
    elements: tuple[tuple[str, str], ...] = ()
    canonical: str | None = None
    issues: tuple[Issue, ...] = ()

    @property
    def is_valid(self) -> bool:
        """True when a decoder read the text and found no error."""
        return self.form != "raw" and not any(issue.severity == "error" for issue in self.issues)

    def value(self, ai: str) -> str | None:
        """Return the value of an application identifier, None when absent."""
        return next((value for key, value in self.elements if key == ai), None)


def parse(text: str, *, current_year: int) -> ParsedUdi:
    """Read one UDI; never raises on bad text, the issues tell what is wrong.

    Args:
        text: scanned data, printed text with brackets, Digital Link URI, or a bare GTIN of 8-14 digits.
        current_year: decides the century of two-digit years (passed in, so that results can be repeated).
    """
    cleaned = _GS_SPELLINGS.sub(GS, text.strip(" \t\r\n\u3000"))
    agency = _foreign_agency(cleaned)
    if agency is not None:
        note = warn("NOT_DECODED", None, f"{agency} codes are recognised and kept, not decoded")
        return ParsedUdi(text, agency, "raw", issues=(note,))
    if _is_link(cleaned):
        return _assemble(text, "digital_link", split_digital_link(cleaned), current_year)
    return _parse_gs1(text, cleaned, current_year)


def build(values: Mapping[str, str]) -> str:
    """Write a GS1 element string: fixed-length fields first, a separator after each variable one.

    Raises:
        KeyError: an application identifier is not in the table.
    """
    table = ai_table()
    order = sorted(values, key=lambda ai: (not table[ai].is_predefined, ai))
    fields = [ai + values[ai] + ("" if table[ai].is_predefined else GS) for ai in order]
    return "".join(fields).removesuffix(GS)


def _foreign_agency(text: str) -> Agency | None:
    if re.match(r"\*?\+[A-Za-z0-9]|\+\$", text):
        return "HIBCC"
    if re.match(r"[=&][^\s]", text):
        return "ICCBBA"
    if re.match(r"(?:https?://[^\s]*=)?MA\.[0-9]{3}\.|<UDI[^>]*IAC=.MA.", text):
        return "MA"
    return "AHM" if re.match(r"MF[0-9]{4,}", text, re.ASCII) else None


def _is_link(text: str) -> bool:
    return re.match(r"https?://", text, re.IGNORECASE) is not None


def _parse_gs1(raw: str, text: str, current_year: int) -> ParsedUdi:
    aim = _AIM.match(text)
    start = aim.end() if aim else 0
    body = text[start:]
    if body.startswith(("(", "（")):
        message = split_bracketed(body.translate(_FULL_WIDTH_BRACKETS))
        return _assemble(raw, "bracketed", message, current_year)
    if _is_bare_gtin(body):
        return _from_gtin(raw, body)
    if GS in body or ai_at(body, 0) is not None:
        return _assemble(raw, "element_string", split_element_string(text, start), current_year)
    unknown = error("UNKNOWN_AI", start, f"no known identifier at {body[:4]!r}")
    return ParsedUdi(raw, "UNKNOWN", "raw", issues=(unknown,))


def _is_bare_gtin(body: str) -> bool:
    compact = re.sub(r"[\s-]", "", body).removesuffix(".0")
    # Full-width digits count here, because a spreadsheet cell may hold them; normalise() tells of it.
    return GS not in body and len(compact) in (8, 12, 13, 14) and compact.isdigit()


def _from_gtin(raw: str, body: str) -> ParsedUdi:
    gtin = normalise(body)
    if gtin.gtin14 is None:
        return ParsedUdi(raw, "GS1", "gtin", issues=gtin.issues)
    elements = (("01", gtin.gtin14),)
    canonical = build(dict(elements))
    issues = gtin.issues
    return ParsedUdi(raw, "GS1", "gtin", gtin.gtin14, elements=elements, canonical=canonical, issues=issues)


def _assemble(raw: str, form: Form, message: Message, current_year: int) -> ParsedUdi:
    issues = (*message.issues, *check_elements(message.elements, current_year=current_year))
    values = {element.ai: element.value for element in reversed(message.elements)}
    made, expires = (_day(message.elements, ai, current_year) for ai in ("11", "17"))
    readable = values and not any(issue.severity == "error" for issue in issues)
    return ParsedUdi(
        raw=raw,
        agency="GS1",
        form=form,
        di=values.get("01"),
        lot=values.get("10"),
        serial=values.get("21"),
        manufactured_date=made.value if made else None,
        manufactured_precision=made.precision if made else None,
        expiry_date=expires.value if expires else None,
        expiry_precision=expires.precision if expires else None,
        elements=tuple((element.ai, element.value) for element in message.elements),
        canonical=build(values) if readable else None,
        issues=(*issues, *_date_doubts(made, expires, current_year)),
    )


def _day(elements: tuple[Element, ...], ai: str, current_year: int) -> gs1_date.ShortDate | None:
    element = next((e for e in elements if e.ai == ai and len(e.value) == 6 and is_digits(e.value)), None)
    if element is None:
        return None
    day = gs1_date.resolve(element.value, element.position, current_year=current_year, allow_day_zero=True)
    return None if isinstance(day, Issue) else day


def _date_doubts(
    made: gs1_date.ShortDate | None, expires: gs1_date.ShortDate | None, current_year: int
) -> tuple[Issue, ...]:
    doubts = []
    if expires and expires.value.year - current_year > _FAR_EXPIRY_YEARS:
        doubts.append(warn("EXPIRY_FAR", None, f"expiry {expires.value} is more than 30 years away"))
    if made and expires and made.value > expires.value:
        doubts.append(warn("MADE_AFTER_EXPIRY", None, f"made {made.value}, expires {expires.value}"))
    return tuple(doubts)
