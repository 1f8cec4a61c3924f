"""The words a contract has for the dialect of delimited text, and whether a file may hold no record at all.

server customProperties -> Framing. What a word may be is said in docs/adding-a-source.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

DIALECT = frozenset({"lineEnd", "quote", "escape", "skipLines"})
# Workbooks and XML documents may always be empty: a register or a message with nothing in it is ordinary.
EMPTY = frozenset({"accept", "refuse"})
CAN_REFUSE_EMPTY = frozenset({"csv", "jsonl"})


@dataclass(frozen=True)
class Framing:
    """How the records of a file are framed.

    Attributes:
        line_end: What ends a record, None for LF or CRLF.
        quote: The quote character, "" for text without quotes, None for the format's own habit.
        escape: What stands before a quote that is part of a value, where that is not a second quote.
        skip_lines: Lines above the header or the first record.
        accepts_controls: Whether C1 control characters are the source's own, as in a public register.
        accepts_no_records: Whether a file without a record is news (nothing to say) or a mistake.
    """

    line_end: str | None = None
    quote: str | None = None
    escape: str | None = None
    skip_lines: int = 0
    accepts_no_records: bool = False
    accepts_controls: bool = False


def framing_of(kind: str, extras: Mapping[str, Any]) -> tuple[Framing, str]:
    """The framing in a contract's server properties, and what is wrong with it ("" when nothing is)."""
    framing = Framing(
        line_end=extras.get("lineEnd"),
        quote=extras.get("quote"),
        escape=extras.get("escape"),
        skip_lines=extras.get("skipLines", 0),
        accepts_no_records=extras.get("noRecords") == "accept",
        accepts_controls=extras.get("controls") == "accept",
    )
    return framing, _wrong(kind, framing, extras)


def _wrong(kind: str, framing: Framing, extras: Mapping[str, Any]) -> str:
    quote, end = framing.quote, framing.line_end
    if kind != "csv" and DIALECT & set(extras):
        return f"{sorted(DIALECT & set(extras))[0]} belongs to csv only"
    if not (quote in {None, ""} or _is_sign(quote)):
        return 'quote must be one ASCII character, or "" for text that knows no quotes'
    escape = framing.escape
    if escape is not None and not (quote and _is_sign(escape) and escape != quote):
        return "escape must be one ASCII character beside another quote; doubled quotes need no escape"
    if not isinstance(end, str | None) or end == "":
        return "lineEnd must be text"
    if quote and end is not None and end not in {"\n", "\r"}:
        return "lineEnd of quoted text must be a line feed or a carriage return"
    if type(framing.skip_lines) is not int or framing.skip_lines < 0:
        return "skipLines must be the number of lines above the header or the first record"
    if "noRecords" in extras and (kind not in CAN_REFUSE_EMPTY or extras["noRecords"] not in EMPTY):
        return f"noRecords must be one of {sorted(EMPTY)} and belongs to {sorted(CAN_REFUSE_EMPTY)} only"
    if extras.get("controls", "accept") != "accept" or ("controls" in extras and kind != "xml"):
        return "controls can only be accept, and belongs to xml only"
    return ""


def _is_sign(value: object) -> bool:
    return isinstance(value, str) and len(value) == 1 and value.isascii()
