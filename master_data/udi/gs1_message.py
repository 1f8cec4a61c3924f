"""Cut a GS1 text into elements: an element string as scanned, or bracketed text as printed.

text → elements and findings about the cutting. Contents are judged in gs1_check, links cut in digital_link.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from master_data.udi.gs1_ai import GS, AiRule, ai_at, ai_table
from master_data.udi.issue import Issue, error

_BRACKET = re.compile(r"\(([0-9]{2,4})\)")


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
