"""Values: how a repaired text becomes a typed value, and how its failure is named."""

import re
from collections.abc import Iterable

from pipelines.sqlmesh.typed.repairs import literal
from pipelines.sqlmesh.typed.zone_changes import FIRST_DAY as FIRST_LISTED
from pipelines.sqlmesh.typed.zone_changes import LAST_DAY as LAST_LISTED
from pipelines.sqlmesh.typed.zone_changes import change_days, day_number
from quality_rules.contract import Column

TYPE_RULES = {
    "integer": "DQ-TYP-001",
    "number": "DQ-TYP-001",
    "date": "DQ-TYP-002",
    "timestamp": "DQ-TYP-003",
    "boolean": "DQ-TYP-004",
}
# What DuckDB's casts take beyond plain digits, such as 0x1F, 1_000 or blanks around, no source means; an
# integer with an exponent has been rounded by a spreadsheet.
INTEGER = "^[+-]?[0-9]+([.]0*)?$"
NUMBER = "^[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]+)?$"
# TRY_STRPTIME reads the year 25 for %Y from 25-01-05; no source speaks of the first millennium.
FIRST_DAY = "TIMESTAMP '1000-01-01'"
# Sentinels of digits and signs are how a source writes "nothing"; others (9999-12-31, N/A) are worth a line.
NORMAL_EMPTY = re.compile(r"[0\-/.: ]*")


def any_of(text: str, words: tuple[str, ...]) -> str:
    """SQL test for membership in a list of texts."""
    return f"{text} IN ({', '.join(literal(word) for word in words)})"


def logged_sentinels(column: Column) -> tuple[str, ...]:
    """Sentinels whose reading as "no value" is logged."""
    return tuple(word for word in column.sentinels if not NORMAL_EMPTY.fullmatch(word))


def text_or_null(column: Column, text: str) -> str:
    """The repaired text, NULL when blank or a sentinel."""
    bare = f"NULLIF({text}, '')"
    return f"CASE WHEN NOT {any_of(text, column.sentinels)} THEN {bare} END" if column.sentinels else bare


def value(column: Column, text: str) -> str:
    """The typed value of a text; NULL when it cannot be typed."""
    kinds = {
        "string": _string,
        "integer": _integer,
        "number": _number,
        "date": _date,
        "timestamp": _timestamp,
        "boolean": _boolean,
    }
    return kinds[column.logical_type](column, text)


def _string(column: Column, text: str) -> str:
    if not column.mapping:
        return text
    cases = " ".join(f"WHEN {literal(word)} THEN {literal(to)}" for word, to in column.mapping)
    return f"CASE {text} {cases} ELSE {text} END"


def _integer(column: Column, text: str) -> str:
    # A cast to BIGINT rounds 12.7 to 13: a fraction of zeros is cut off, any other is no integer.
    whole = f"TRY_CAST(SPLIT_PART({text}, '.', 1) AS BIGINT)"
    return f"CASE WHEN REGEXP_MATCHES({text}, {literal(INTEGER)}) THEN {whole} END"


def _number(column: Column, text: str) -> str:
    plain = f"REGEXP_MATCHES({text}, {literal(NUMBER)})"
    return f"CASE WHEN {plain} THEN TRY_CAST({text} AS {column.physical_type}) END"


def is_inexact(column: Column, text: str) -> str:
    """SQL test that the number says more digits than its type holds; the cast would round them away."""
    scale = int(column.physical_type.rstrip(")").split(",")[1])
    beyond = f"LENGTH({text}) - STRPOS({text}, '.') > {scale}"
    zeros = f"REGEXP_MATCHES({text}, '^[^.]*[.][0-9]{{0,{scale}}}0*$')"
    exponent = f"STRPOS(UPPER({text}), 'E') > 0"
    differs = f"CAST({column.name} AS DOUBLE) <> TRY_CAST({text} AS DOUBLE)"
    return (
        f"CASE WHEN {exponent} THEN {differs}"
        f" WHEN STRPOS({text}, '.') > 0 AND {beyond} THEN NOT {zeros} ELSE FALSE END"
    )


def _date(column: Column, text: str) -> str:
    formats = (*column.formats, "%Y-%m-%d") if "excel-serial" in column.repairs else column.formats
    return f"CAST({_parsed(tuple(dict.fromkeys(formats)), text)} AS DATE)"


def _timestamp(column: Column, text: str) -> str:
    if column.zone:
        return f"{_parsed(column.formats, text)} AT TIME ZONE {literal(column.zone)}"
    zulu = f"CASE WHEN ENDS_WITH({text}, 'Z') THEN SUBSTRING({text}, 1, LENGTH({text}) - 1) || '+00:00'"
    return _parsed(column.formats, f"{zulu} ELSE {text} END")


def never_struck(column: Column, text: str) -> str:
    """SQL test that a local time lies in the hour left out when summer time begins."""
    old, new = (_is_instant(column, text, side) for side in "-+")
    return _near_a_change(column, f"NOT ({old} OR {new})")


def struck_twice(column: Column, text: str) -> str:
    """SQL test that a local time names two instants, in the hour repeated when summer time ends."""
    old, new = (_is_instant(column, text, side) for side in "-+")
    return _near_a_change(column, f"{old} AND {new}")


def _near_a_change(column: Column, test: str) -> str:
    """The test where the clock is set between the day before and the day after, else false.

    A CASE, because an AND works out both its sides for every row; the days are looked up in a list, and only
    for years that it does not hold is every row asked on the clock.
    """
    zone, day = str(column.zone), f"(EPOCH_US({column.name}) // 86400000000)"
    listed = ", ".join(map(str, change_days(zone)))
    known = f"{day} BETWEEN {day_number(FIRST_LISTED)} AND {day_number(LAST_LISTED)}"
    far = f"{known} AND NOT {day} IN ({listed})" if listed else known
    before, after = (f"({column.name} {sign} INTERVAL 24 HOUR) AT TIME ZONE {literal(zone)}" for sign in "-+")
    is_set = f"({before} + INTERVAL 48 HOUR <> {after})"
    return f"CASE WHEN {far} THEN FALSE WHEN {is_set} THEN {test} ELSE FALSE END"


def _is_instant(column: Column, text: str, side: str) -> str:
    """Whether the local time is one by the offset of the day before (-) or after (+)."""
    zone, local = literal(str(column.zone)), f"({_parsed(column.formats, text)})"
    near = f"({column.name} {side} INTERVAL 24 HOUR)"
    offset = f"({near} AT TIME ZONE {zone} - {near} AT TIME ZONE 'UTC')"
    return f"((({local} - {offset}) AT TIME ZONE 'UTC') AT TIME ZONE {zone} = {local})"


def _parsed(formats: tuple[str, ...], text: str) -> str:
    """First format that fits; without separators the length must fit too: 2025115 is no date."""
    compact = tuple(form for form in formats if re.fullmatch(r"(%[YmdHMS])+", form))
    parts = []
    for form in compact:
        width = 2 * form.count("%") + (2 if "%Y" in form else 0)
        parts.append(f"CASE WHEN LENGTH({text}) = {width} THEN TRY_STRPTIME({text}, {literal(form)}) END")
    parts += [_one_reading(rivals, text) for rivals in _rivals(f for f in formats if f not in compact)]
    found = parts[0] if len(parts) == 1 else f"COALESCE({', '.join(parts)})"
    bare = f"NOT STARTS_WITH({text}, ' ') AND NOT ENDS_WITH({text}, ' ')"
    return f"CASE WHEN {found} >= {FIRST_DAY} AND {bare} THEN {found} END"


def _rivals(formats: Iterable[str]) -> list[tuple[str, ...]]:
    """Formats that differ only in the order of day, month and two-digit year stand together."""
    alike: dict[str, list[str]] = {}
    for form in formats:
        alike.setdefault(re.sub("%[dmy]", "%_", form), []).append(form)
    single = tuple(form for forms in alike.values() if len(forms) == 1 for form in forms)
    rivals = [tuple(forms) for forms in alike.values() if len(forms) > 1]
    return [*rivals, single] if single else rivals


def _one_reading(formats: tuple[str, ...], text: str) -> str:
    """The date all formats that fit agree on; 01/02/2025 read two ways is no date."""
    if len({re.sub("%[dmy]", "%_", form) for form in formats}) == len(formats):
        return f"TRY_STRPTIME({text}, [{', '.join(map(literal, formats))}])"
    readings = ", ".join(f"TRY_STRPTIME({text}, {literal(form)})" for form in formats)
    return f"CASE WHEN LEN(LIST_DISTINCT([{readings}])) = 1 THEN COALESCE({readings}) END"


def _boolean(column: Column, text: str) -> str:
    """With a closed list the other texts are false; without one only blank is (SAP flags)."""
    yes = any_of(text, column.true_values)
    if column.values:
        return f"CASE WHEN {yes} THEN TRUE WHEN {any_of(text, column.values)} THEN FALSE END"
    return f"CASE WHEN {yes} THEN TRUE WHEN {text} IS NULL THEN FALSE END"
