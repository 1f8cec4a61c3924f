"""Read and write a UDI of any issuing agency, in whatever form it arrives: scanned, printed, linked or typed.

raw text → code (scan) → agency by its first characters → ParsedUdi (DI, lot, serial, dates, issues).
Alone: python -c "from master_data.udi import parse; print(parse('(01)09521234543213', current_year=2026))"
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from master_data.udi import ahm, digital_link, gs1, gtin, hibcc, iccbba, ma, scan
from master_data.udi.gs1 import build
from master_data.udi.issue import Issue, error, warn
from master_data.udi.parsed import Agency, Form, ParsedUdi, Verdict, has_error

__all__ = [
    "Agency",
    "Form",
    "ParsedUdi",
    "Unwritable",
    "Verdict",
    "build",
    "check_di",
    "parse",
    "parse_as",
    "write",
]

Reader = Callable[..., ParsedUdi]
_READERS: Mapping[Agency, Reader] = MappingProxyType(
    {"GS1": gs1.parse, "HIBCC": hibcc.parse, "ICCBBA": iccbba.parse, "MA": ma.parse, "AHM": ahm.parse}
)
_WRITERS: Mapping[Agency, Callable[[Mapping[str, str]], str]] = MappingProxyType(
    {"GS1": gs1.build, "HIBCC": hibcc.write, "ICCBBA": iccbba.write, "MA": ma.write, "AHM": ahm.write}
)
_GS1_FORMS: Mapping[Form, Callable[[Mapping[str, str]], str]] = MappingProxyType(
    {"element_string": gs1.build, "bracketed": gs1.bracketed, "digital_link": digital_link.write}
)
# Symbologies whose identifier announces GS1 element strings, and the digits of EAN-13 (with UPC) and EAN-8.
_PLAIN_AIMS: Mapping[str, int] = MappingProxyType({"]E0": 13, "]E4": 8})
_GS1_AIMS = ("", "]C1", "]d2", "]Q3", "]e0", "]J1", *_PLAIN_AIMS)
_HIBCC = re.compile(r"\*?\+[A-Za-z0-9]|\+\$")
_MA_LINK = re.compile(r"[hH][tT]{2}[pP][sS]?://[^\s=]*=MA\.[0-9]{3}\.")
# By the first character of a text: which agencies it may be of, and what settles it. All else is GS1.
_SIGNS: Mapping[str, tuple[tuple[Agency, re.Pattern[str]], ...]] = MappingProxyType(
    {
        "+": (("HIBCC", _HIBCC),),
        "*": (("HIBCC", _HIBCC),),
        "=": (("ICCBBA", re.compile(r"=\S")),),
        "&": (("ICCBBA", re.compile(r"&\S")),),
        "M": (("MA", re.compile(r"MA\.[0-9]{3}\.")), ("AHM", re.compile(r"MF[0-9]{4,}", re.ASCII))),
        "<": (("MA", re.compile(r"<UDI[^>]*IAC=.MA.")),),
        "h": (("MA", _MA_LINK),),
        "H": (("MA", _MA_LINK),),
    }
)


class Unwritable(ValueError):
    """The fields make no code that our own reader would accept."""


def parse(text: str, *, current_year: int) -> ParsedUdi:
    """Read one UDI; never raises on bad text, the issues tell what is wrong and where in the text.

    Args:
        text: scanned data, printed text with brackets, Digital Link URI, or a bare GTIN of 8-14 digits.
        current_year: decides the century of two-digit years (passed in, so that results can be repeated).
    """
    if len(text) > scan.LONGEST:
        message = f"{len(text)} characters, no symbol holds more than {scan.LONGEST}"
        return ParsedUdi(text, "UNKNOWN", "raw", issues=(error("TOO_LONG", scan.LONGEST, message),))
    taken = scan.take(text)
    width = _PLAIN_AIMS.get(taken.aim)
    if width is not None and len(taken.text) != width:
        message = f"{taken.aim} announces {width} digits, not {len(taken.text)}"
        return ParsedUdi(text, "GS1", "gtin", issues=(error("LENGTH", taken.begin, message),))
    read = _READERS[_agency_of(taken.text)](taken.text, current_year=current_year)
    if taken.text is text:
        return read
    return replace(read, raw=text, issues=_placed(read, taken))


def parse_as(text: str, agency: Agency, *, current_year: int) -> ParsedUdi:
    """Read a text that its source says is of an agency, so that a missing first character is told as such.

    Raises:
        KeyError: the agency is UNKNOWN.
    """
    reader = _READERS[agency]
    if len(text) > scan.LONGEST:
        return parse(text, current_year=current_year)
    taken = scan.take(text)
    read = reader(taken.text, current_year=current_year)
    return replace(read, raw=text, issues=_placed(read, taken))


def check_di(di: str, agency: Agency) -> ParsedUdi:
    """Judge a device identifier alone, as registers such as GUDID list it: no check of a whole HIBCC code."""
    if agency == "GS1":
        number = gtin.normalise(di)
        return ParsedUdi(di, agency, "di", number.gtin14, canonical=number.gtin14, issues=number.issues)
    if agency == "HIBCC":
        found, notes = hibcc.read_di(di)
        return ParsedUdi(di, agency, "di", found, canonical=found, issues=notes)
    judges = {"ICCBBA": iccbba.di_issues, "MA": ma.di_issues}
    issues = judges[agency](di) if agency in judges else (warn("AGENCY", None, f"{agency} is not checked"),)
    good = None if has_error(issues) else di
    return ParsedUdi(di, agency, "di", good, canonical=good, issues=issues)


def write(agency: Agency, values: Mapping[str, str], *, current_year: int, form: Form | None = None) -> str:
    """Write a code from its fields as `ParsedUdi.elements` lists them, and read it back.

    Args:
        form: ``bracketed`` or ``digital_link`` for GS1; otherwise the agency's own text.

    Raises:
        Unwritable: fields are missing, unknown or against a rule, or cannot be told apart in this form.
    """
    try:
        text = _GS1_FORMS[form](values) if form else _WRITERS[agency](values)
    except KeyError as missing:
        raise Unwritable(f"{agency}: no field or identifier {missing}") from missing
    read = parse_as(text, agency, current_year=current_year)
    if has_error(read.issues) or dict(read.elements) != dict(values):
        raise Unwritable(f"{agency} {text!r}: " + "; ".join(issue.message for issue in read.issues))
    return text


def _agency_of(text: str) -> Agency:
    signs = _SIGNS.get(text[:1], ())
    return next((agency for agency, sign in signs if sign.match(text)), "GS1")


def _placed(read: ParsedUdi, taken: scan.Scan) -> tuple[Issue, ...]:
    placed = tuple(replace(issue, position=taken.place(issue.position)) for issue in read.issues)
    if read.agency != "GS1" or taken.aim in _GS1_AIMS:
        return placed
    return (*placed, warn("AIM_NOT_GS1", taken.begin - 3, f"{taken.aim} announces no GS1 element string"))
