"""HIBCC codes (ANSI/HIBC 2.6): primary, secondary, both in one, supplements, check and link characters.

text → without Code 39 asterisks → check character → fields → ParsedUdi; `write` goes the other way.
The check character may be a blank: never trim such a text blindly.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from master_data.udi import hibcc_date
from master_data.udi.hibcc_check import check_character, first_foreign
from master_data.udi.hibcc_secondary import JULIAN, secondary, written
from master_data.udi.issue import Issue, error, warn
from master_data.udi.parsed import Field, Form, ParsedUdi, date_doubts, has_error
from master_data.udi.short_date import ShortDate, full_year, ordinal_day

_PRIMARY = re.compile(r"([A-Z][0-9A-Z]{3})([0-9A-Z]{1,18})([0-9])")


def parse(text: str, *, current_year: int) -> ParsedUdi:
    """Read one HIBCC code; positions in the issues are places in the text given."""
    code, start = _bare(text)
    if not code.startswith("+"):
        return _refused(text, error("NO_PLUS", 0, "a HIBCC code begins with +"))
    foreign = first_foreign(code)
    if foreign is not None:
        return _refused(text, error("CHARSET", start + foreign, f"HIBCC has no character {code[foreign]!r}"))
    if len(code) < 3:
        return _refused(text, error("LENGTH", start, f"{code!r} is too short for a HIBCC code"))
    form, fields, issues = _cut(code[1:-1], start + 1)
    findings = (*issues, *_check_issue(code, start))
    return _assemble(text, code, form, fields, findings, current_year)


def write(values: Mapping[str, str]) -> str:
    """Write a code from its fields, as `parse` lists them; the check character is computed.

    Raises:
        KeyError: LIC comes without PCN and UM, or a secondary code without its LINK.
    """
    primary = values["LIC"] + values["PCN"] + values["UM"] if "LIC" in values else ""
    data = "/".join(written(values))
    body = "+" + "/".join(part for part in (primary, data) if part) + ("" if primary else values["LINK"])
    return body + check_character(body)


def read_di(di: str) -> tuple[str | None, tuple[Issue, ...]]:
    """Judge a device identifier as registers list it: labeler, product and unit without plus and check.

    Some labelers register the check character too. It is taken off where it can be nothing else; where it
    may as well be the unit of measure, it stays and is told.
    """
    has_check = di.isascii() and _is_checked("+" + di)
    if has_check and not di[-1].isdigit() and _PRIMARY.fullmatch(di[:-1]):
        note = warn("DI_WITH_CHECK", len(di) - 1, f"{di[-1]} is the check character, no part of the DI")
        return di[:-1], (note,)
    _, issues = _primary(di, 0)
    if issues:
        return None, issues
    doubt = warn("DI_MAYBE_WITH_CHECK", len(di) - 1, f"{di[-1]} may be the check character: compare the unit")
    return di, (doubt,) if has_check else ()


def _bare(text: str) -> tuple[str, int]:
    start = 1 if text.startswith("*+") else 0
    code = text[start:]
    if start and code.endswith("*"):
        code = code[:-1]
    trimmed = code.rstrip(" ")
    # One blank at the end is the check character. More are a padded column: its code may yet end in one.
    if len(code) - len(trimmed) > 1:
        code = trimmed if _is_checked(trimmed) else trimmed + " "
    return code, start


def _is_checked(code: str) -> bool:
    return len(code) > 1 and first_foreign(code) is None and check_character(code[:-1]) == code[-1]


def _check_issue(code: str, start: int) -> tuple[Issue, ...]:
    wanted = check_character(code[:-1])
    if wanted == code[-1]:
        return ()
    hint = "; a blank at the end may be lost" if check_character(code) == " " else ""
    if code.endswith(" "):
        hint = "; the blank at the end was read as the check character"
    return (error("CHECK_CHAR", start + len(code) - 1, f"check character {wanted!r} expected{hint}"),)


def _cut(body: str, position: int) -> tuple[Form, list[Field], tuple[Issue, ...]]:
    if body.startswith("$") or JULIAN.match(body):
        fields, issues = secondary(body[:-1], position)
        link = Field("LINK", body[-1], position + len(body) - 1)
        return "secondary", [*fields, link], issues
    primary, slash, data = body.partition("/")
    fields, issues = _primary(primary, position)
    if not slash:
        return "primary", fields, issues
    more, further = secondary(data, position + len(primary) + 1)
    return "combined", fields + more, (*issues, *further)


def _primary(text: str, position: int) -> tuple[list[Field], tuple[Issue, ...]]:
    match = _PRIMARY.fullmatch(text)
    if match is None:
        return [], (_primary_issue(text, position),)
    return [
        Field(key, match[i], position + match.start(i)) for i, key in enumerate(("LIC", "PCN", "UM"), 1)
    ], ()


def _primary_issue(text: str, position: int) -> Issue:
    if not re.match(r"[A-Z][0-9A-Z]{3}", text):
        return error("LIC", position, f"labeler {text[:4]!r} is not a letter and three letters or digits")
    if not re.search(r"[0-9]\Z", text):
        last = position + len(text) - 1
        return error("UM", last, f"unit of measure {text[-1:]!r} is not a digit")
    if not 6 <= len(text) <= 23:
        return error("LENGTH", position + 4, f"product number of {len(text) - 5} characters, not 1 to 18")
    odd = next(i for i, character in enumerate(text) if not re.match(r"[0-9A-Z]", character))
    return error("PCN", position + odd, f"product number must not hold {text[odd]!r}")


def _assemble(
    text: str, code: str, form: Form, fields: list[Field], issues: tuple[Issue, ...], current_year: int
) -> ParsedUdi:
    values = {field.key: field.value for field in fields}
    made, made_issue = _day(fields, ("16D",), current_year)
    expires, expiry_issue = _day(fields, ("EXP", "14D", "JULIAN"), current_year)
    found = (*issues, *made_issue, *expiry_issue, *date_doubts(made, expires, current_year))
    di = values["LIC"] + values["PCN"] + values["UM"] if "LIC" in values else None
    read = ParsedUdi(text, "HIBCC", form, di, values.get("LOT"), values.get("SERIAL") or values.get("S"))
    return replace(
        read,
        manufactured_date=made.value if made else None,
        manufactured_precision=made.precision if made else None,
        expiry_date=expires.value if expires else None,
        expiry_precision=expires.precision if expires else None,
        elements=tuple((field.key, field.value) for field in fields),
        canonical=None if has_error(found) else code,
        issues=found,
    )


def _day(
    fields: list[Field], keys: tuple[str, ...], current_year: int
) -> tuple[ShortDate | None, tuple[Issue, ...]]:
    resolved = [_resolved(field, current_year) for field in fields if field.key in keys]
    issues = tuple(day for day in resolved if isinstance(day, Issue))
    return next((day for day in resolved if isinstance(day, ShortDate)), None), issues


def _resolved(field: Field, current_year: int) -> ShortDate | Issue | None:
    if field.key == "EXP":
        return hibcc_date.resolve(field.value, field.position, current_year=current_year)
    if field.key == "JULIAN":
        year = full_year(int(field.value[:2]), current_year)
        return ordinal_day(year, field.value[2:], field.position + 2)
    return hibcc_date.full_date(field.value, field.position)


def _refused(text: str, issue: Issue) -> ParsedUdi:
    return ParsedUdi(text, "HIBCC", "raw", issues=(issue,))
