"""MA codes (ZIIOT, Ecode/IDcode): text, XML and URL carriers.

text → parts between dots → ParsedUdi; `write` goes the other way. The issuer has not published how the check
digits are computed: a mismatch warns, it never refuses (domain notes: 7 of 10 published codes agree).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from lxml import etree

from master_data.udi import short_date
from master_data.udi.issue import Issue, error, warn
from master_data.udi.ma_check import check_digit, first_foreign
from master_data.udi.parsed import Field, Form, ParsedUdi, date_doubts, has_error
from master_data.udi.short_date import ShortDate

# P is the production date M of the manual before 2020.
_OLD_KEYS = {"P": "M"}
_ORDER = "SMLDEVY"
_DATES = ("M", "E", "V")
_ITEM = re.compile(r"[0-9][0-9A-Za-z]{4,10}[0-9]", re.ASCII)
_TAGS = {"SN": "S", "MFG": "M", "LOT": "L", "EXP": "E", "VAL": "V"}


def parse(text: str, *, current_year: int) -> ParsedUdi:
    """Read one MA code; positions are places in the text given, None for those of an XML carrier."""
    if text.lstrip().startswith("<"):
        return _parse_xml(text, current_year)
    link = re.match(r"https?://[^\s=]*=", text, re.IGNORECASE)
    if link is None:
        return _parse_code(text, text, 0, "text", current_year)
    return _parse_code(text, re.split("[&#]", text[link.end() :])[0], link.end(), "url", current_year)


def write(values: Mapping[str, str]) -> str:
    """Write a code from its fields, as `parse` lists them, in a fixed order; C only when it is given.

    Raises:
        KeyError: there is no DI.
    """
    others = sorted(values.keys() - {"DI", "C", *_ORDER})
    return ".".join([values["DI"], *(key + values[key] for key in (*_ORDER, *others, "C") if key in values)])


def di_issues(di: str) -> tuple[Issue, ...]:
    """Judge a device identifier, ``MA.156.M0.`` with registrant and item."""
    return tuple(_di_issues(di.split("."), 0))


def _parse_xml(text: str, current_year: int) -> ParsedUdi:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(text.strip().encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError) as reason:
        return ParsedUdi(text, "MA", "raw", issues=(error("SYNTAX", None, f"no XML: {reason}"),))
    written = {str(child.tag): (child.text or "").strip() for child in root if isinstance(child.tag, str)}
    parts = [written.get("DI", ""), *(key + written[tag] for tag, key in _TAGS.items() if written.get(tag))]
    read = _parse_code(text, ".".join(parts), 0, "xml", current_year)
    return replace(read, issues=tuple(replace(issue, position=None) for issue in read.issues))


def _parse_code(raw: str, code: str, start: int, form: Form, current_year: int) -> ParsedUdi:
    parts = code.split(".")
    issues = list(_di_issues(parts, start))
    di = ".".join(parts[:5])
    fields = [Field("DI", di, start)] if len(parts) >= 5 else []
    position = start + len(di) + 1
    for part in parts[5:]:
        if part:
            fields.append(Field(_OLD_KEYS.get(part[0], part[0]), part[1:], position + 1))
        issues += _letter_issues(part, position)
        position += len(part) + 1
    issues += [*_value_issues(fields), *_check_issues(fields, parts[5:])]
    return _assemble(raw, form, fields, issues, current_year)


def _di_issues(parts: list[str], start: int) -> Iterator[Issue]:
    if parts[0] != "MA":
        yield error("AUTHORITY", start, f"authority {parts[0][:20]!r} is not MA")
    if len(parts) < 5:
        yield error("PARTS", start, f"{len(parts)} parts, a device identifier has 5")
        return
    places = [start + sum(len(part) + 1 for part in parts[:number]) for number in range(5)]
    if not re.fullmatch(r"[0-9]{3}", parts[1]):
        yield error("COUNTRY", places[1], f"country {parts[1][:20]!r} is not three digits")
    if parts[2] != "M0":
        yield error("CATEGORY", places[2], f"category {parts[2][:20]!r} is not M0, medical devices")
    if not re.fullmatch(r"[0-9]{6}", parts[3]):
        yield error("REGISTRANT", places[3], f"registrant {parts[3][:20]!r} is not six digits")
    if not _ITEM.fullmatch(parts[4]):
        yield error("ITEM", places[4], f"item {parts[4][:20]!r} is not package digit, code and check digit")
    elif not _follows_table(".".join(parts[:5])):
        message = f"check digit {parts[4][-1]} does not follow the table of 2021"
        yield warn("MA_CHECK_MISMATCH", places[4] + len(parts[4]) - 1, message)


def _follows_table(di: str) -> bool:
    return first_foreign(di) is not None or check_digit(di[:-1]) == di[-1]


def _letter_issues(part: str, position: int) -> Iterator[Issue]:
    if not re.match(r"[A-Za-z]", part):
        yield error("SYNTAX", position, f"part {part[:20]!r} begins with no letter")
    elif part[0] not in (*_ORDER, *_OLD_KEYS, "C"):
        yield warn("UNKNOWN_FIELD", position, f"part {part[:20]!r} begins with no known letter")


def _value_issues(fields: list[Field]) -> Iterator[Issue]:
    seen: set[str] = set()
    for field in fields:
        if field.key in seen:
            yield error("DUPLICATE_FIELD", field.position, f"{field.key} occurs twice")
        seen.add(field.key)
        odd = first_foreign(field.value)
        if odd is not None:
            message = f"{field.key} must not hold {field.value[odd]!r}"
            yield error("CHARSET", field.position + odd, message)
        elif not field.value:
            yield error("LENGTH", field.position, f"{field.key} is empty")
        elif field.key in _DATES and not re.fullmatch(r"[0-9]{6}", field.value):
            yield error("DATE_SHAPE", field.position, f"{field.value[:20]!r} is not YYMMDD")


def _check_issues(fields: list[Field], parts: list[str]) -> Iterator[Issue]:
    last = fields[-1] if fields else None
    if last is None or last.key != "C" or first_foreign("".join(parts)) is not None:
        return
    if check_digit("." + ".".join(parts[:-1])) != last.value:
        message = f"check {last.value[:20]} does not follow the table of 2021"
        yield warn("MA_CHECK_MISMATCH", last.position, message)


def _assemble(raw: str, form: Form, fields: list[Field], issues: list[Issue], current_year: int) -> ParsedUdi:
    values = {field.key: field.value for field in reversed(fields)}
    days = {field.key: _day(field, current_year) for field in fields if field.key in _DATES}
    issues += [day for day in days.values() if isinstance(day, Issue)]
    made = _resolved(days.get("M"))
    expires = _resolved(days.get("E", days.get("V")))
    found = (*issues, *date_doubts(made, expires, current_year))
    return ParsedUdi(
        raw=raw,
        agency="MA",
        form=form,
        di=values.get("DI"),
        lot=values.get("L"),
        serial=values.get("S"),
        manufactured_date=made.value if made else None,
        manufactured_precision=made.precision if made else None,
        expiry_date=expires.value if expires else None,
        expiry_precision=expires.precision if expires else None,
        elements=tuple((field.key, field.value) for field in fields),
        # Without its check part: how it is computed is not certain, and it says nothing of the item.
        canonical=None if has_error(found) else write({key: values[key] for key in values if key != "C"}),
        issues=found,
    )


def _resolved(day: ShortDate | Issue | None) -> ShortDate | None:
    return day if isinstance(day, ShortDate) else None


def _day(field: Field, current_year: int) -> ShortDate | Issue | None:
    if not re.fullmatch(r"[0-9]{6}", field.value):
        return None
    return short_date.resolve(field.value, field.position, current_year=current_year, allow_day_zero=False)
