"""Cut a GS1 text into elements; three spellings, one result.

element string (0x1D between variable fields) | bracketed text as printed | Digital Link URI
→ elements and issues. Contents are judged in gs1_check.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

from master_data.gs1_ai import GS, AiRule, ai_at, ai_table
from master_data.issue import Issue, error, warn

_BRACKET = re.compile(r"\(([0-9]{2,4})\)")
_QUALIFIERS = (("22", "10", "21"), ("235",))


@dataclass(frozen=True)
class Element:
    """One application identifier with its value and the value's place in the text."""

    ai: str
    value: str
    position: int
    ends_text: bool


@dataclass(frozen=True)
class Message:
    """The elements of one GS1 text in their order, and what was wrong with the cutting."""

    elements: tuple[Element, ...]
    issues: tuple[Issue, ...]


def split_element_string(text: str) -> Message:
    """Cut a scanned element string; stops at the first unknown identifier."""
    elements: list[Element] = []
    position = 0
    while position < len(text):
        if text[position] == GS:
            position += 1
            continue
        rule = ai_at(text, position)
        if rule is None:
            unknown = error(
                "UNKNOWN_AI", position, f"no known identifier at {text[position : position + 4]!r}"
            )
            return Message(tuple(elements), (unknown,))
        begin = position + len(rule.ai)
        position = _end_of_value(text, begin, rule)
        elements.append(Element(rule.ai, text[begin:position], begin, position == len(text)))
    empty = () if elements else (error("UNKNOWN_AI", 0, "separators and no identifier"),)
    return Message(tuple(elements), empty)


def _end_of_value(text: str, begin: int, rule: AiRule) -> int:
    separator = text.find(GS, begin)
    end = len(text) if separator < 0 else separator
    # A predefined length ends by counting; only a separator that comes too early ends it before.
    return min(end, begin + rule.longest) if rule.is_predefined else end


def split_bracketed(text: str) -> Message:
    """Cut text such as ``(01)09521234543213(10)B1``; brackets around anything else stay in the value."""
    table = ai_table()
    marks = [mark for mark in _BRACKET.finditer(text) if mark[1] in table]
    if not marks or text[: marks[0].start()].strip():
        return Message((), (error("UNKNOWN_AI", 0, "the text does not begin with a known (identifier)"),))
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    # Printed text often has a space before the next bracket; a space is never part of a value.
    found = [
        Element(mark[1], text[mark.end() : end].strip(), mark.end(), False)
        for mark, end in zip(marks, ends, strict=True)
    ]
    return Message(tuple(found), ())


def split_digital_link(uri: str) -> Message:
    """Cut a GS1 Digital Link URI (path ``/01/…`` with qualifiers in order, attributes in the query)."""
    try:
        address = urlsplit(uri)
    except ValueError as reason:
        return Message((), (error("DL_PATH", 0, f"no web address: {reason}"),))
    steps = [unquote(step) for step in address.path.split("/") if step]
    start = steps.index("01") if "01" in steps else len(steps)
    pairs = list(zip(steps[start::2], steps[start + 1 :: 2], strict=False))
    query = [(ai, value) for ai, value in parse_qsl(address.query) if ai.isascii() and ai.isdigit()]
    issues = [*_path_issues(pairs, len(steps) - start), *_query_issues(query)]
    known = [(ai, value) for ai, value in (*pairs, *query) if ai in ai_table()]
    found = [Element(ai, _full_gtin(ai, value), max(uri.find(value), 0), False) for ai, value in known]
    return Message(tuple(found), tuple(issues))


def _full_gtin(ai: str, value: str) -> str:
    # Older Digital Links carry GTIN-8, -12 and -13 without the leading zeros.
    return value.zfill(14) if ai == "01" and len(value) in (8, 12, 13) else value


def _path_issues(pairs: list[tuple[str, str]], step_count: int) -> list[Issue]:
    if not pairs:
        return [error("PI_WITHOUT_DI", 0, "the path has no /01/ with a product identifier")]
    issues = [error("DL_PATH", None, "a path step has no value")] if step_count % 2 else []
    keys = [ai for ai, _ in pairs[1:]]
    if not any(keys == [ai for ai in order if ai in keys] for order in _QUALIFIERS):
        issues.append(
            error("DL_PATH_ORDER", None, f"qualifiers {keys} are not in the order 22, 10, 21 or 235")
        )
    return issues


def _query_issues(query: list[tuple[str, str]]) -> list[Issue]:
    unknown = [ai for ai, _ in query if ai not in ai_table()]
    return [warn("UNKNOWN_AI", None, f"query parameter {ai} is no known identifier") for ai in unknown]
