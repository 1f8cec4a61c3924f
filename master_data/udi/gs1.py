"""GS1 codes in all spellings: element string, printed brackets, Digital Link, bare GTIN.

text → elements (gs1_message, digital_link) → findings (gs1_check) → ParsedUdi; `build` and `bracketed` write.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from master_data.udi import digital_link, short_date
from master_data.udi.gs1_ai import GS, ai_at, ai_table
from master_data.udi.gs1_check import check_elements
from master_data.udi.gs1_message import (
    Element,
    Message,
    split_bracketed,
    split_element_string,
)
from master_data.udi.gtin import is_digits, normalise
from master_data.udi.issue import Issue, error
from master_data.udi.parsed import Form, ParsedUdi, date_doubts, has_error

_NUMERIC = re.compile(r"[\d\s.-]+")
_FULL_WIDTH_BRACKETS = str.maketrans("（）", "()")


def parse(text: str, *, current_year: int) -> ParsedUdi:
    """Read one GS1 code; positions in the issues are places in the text given."""
    if digital_link.is_link(text):
        return _assemble(text, "digital_link", digital_link.split(text), current_year)
    if text.startswith(("(", "（")):
        message = split_bracketed(text.translate(_FULL_WIDTH_BRACKETS))
        return _assemble(text, "bracketed", message, current_year)
    if _is_bare_gtin(text):
        return _from_gtin(text)
    if GS in text or ai_at(text, 0) is not None:
        return _assemble(text, "element_string", split_element_string(text), current_year)
    unknown = error("UNKNOWN_AI", 0, f"no known identifier at {text[:4]!r}")
    return ParsedUdi(text, "UNKNOWN", "raw", issues=(unknown,))


def build(values: Mapping[str, str]) -> str:
    """Write a GS1 element string: fixed-length fields first, a separator after each variable one.

    Raises:
        KeyError: an application identifier is not in the table.
    """
    table = ai_table()
    fields = [ai + values[ai] + ("" if table[ai].is_predefined else GS) for ai in _in_order(values)]
    return "".join(fields).removesuffix(GS)


def bracketed(values: Mapping[str, str]) -> str:
    """Write the text that a label prints, in the order of the element string.

    Raises:
        KeyError: an application identifier is not in the table.
    """
    return "".join(f"({ai}){values[ai]}" for ai in _in_order(values))


def _in_order(values: Mapping[str, str]) -> list[str]:
    table = ai_table()
    return sorted(values, key=lambda ai: (not table[ai].is_predefined, ai))


def _is_bare_gtin(text: str) -> bool:
    if len(text) > 40 or not _NUMERIC.fullmatch(text):
        return False
    compact = re.sub(r"[\s-]", "", text).removesuffix(".0")
    # Full-width digits count here, because a spreadsheet cell may hold them; normalise() tells of it.
    return len(compact) in (8, 12, 13, 14) and compact.isdigit()


def _from_gtin(text: str) -> ParsedUdi:
    gtin = normalise(text)
    if gtin.gtin14 is None:
        return ParsedUdi(text, "GS1", "gtin", issues=gtin.issues)
    elements = (("01", gtin.gtin14),)
    canonical = build(dict(elements))
    issues = gtin.issues
    return ParsedUdi(text, "GS1", "gtin", gtin.gtin14, elements=elements, canonical=canonical, issues=issues)


def _assemble(text: str, form: Form, message: Message, current_year: int) -> ParsedUdi:
    issues = (*message.issues, *check_elements(message.elements, current_year=current_year))
    values = {element.ai: element.value for element in reversed(message.elements)}
    made, expires = (_day(message.elements, ai, current_year) for ai in ("11", "17"))
    return ParsedUdi(
        raw=text,
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
        canonical=build(values) if values and not has_error(issues) else None,
        issues=(*issues, *date_doubts(made, expires, current_year)),
    )


def _day(elements: tuple[Element, ...], ai: str, current_year: int) -> short_date.ShortDate | None:
    element = next((e for e in elements if e.ai == ai and len(e.value) == 6 and is_digits(e.value)), None)
    if element is None:
        return None
    day = short_date.resolve(element.value, element.position, current_year=current_year, allow_day_zero=True)
    return None if isinstance(day, Issue) else day
