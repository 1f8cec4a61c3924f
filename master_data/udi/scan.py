"""What scanners, forms and spreadsheets put around a code, taken off without losing the way back.

raw text → blanks, symbology identifier (ISO/IEC 15424) and spelled-out separators → the code itself, and for
each place in it the place in the raw text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from master_data.udi.gs1_ai import GS

# The longest symbol is a QR code of 7,089 digits: a longer text holds no code.
LONGEST = 8192
_BLANKS = " \t\r\n\u3000\ufeff"
_AIM = re.compile(r"\][A-Za-z][0-9A-Za-z]")
# Keyboard-wedge scanners and web forms cannot carry 0x1D; these spellings stand for it.
_GS_SPELLINGS = re.compile(r"␝|<GS>|\{GS\}|\\x1[dD]|\\u001[dD]|\[GS\]")


@dataclass(frozen=True)
class Scan:
    """A code as read from a raw text.

    Attributes:
        text: the code; blanks at its end are kept for a HIBCC code, whose check character may be one.
        aim: symbology identifier, such as ``]d2``; empty when there was none.
        begin: where the code begins in the raw text.
        widened: places in the code behind which the raw text is longer, with the number of characters.
    """

    text: str
    aim: str
    begin: int
    widened: tuple[tuple[int, int], ...]

    def place(self, position: int | None) -> int | None:
        """Return the place in the raw text of a place in the code."""
        if position is None:
            return None
        return self.begin + position + sum(extra for place, extra in self.widened if place < position)


def take(raw: str) -> Scan:
    """Take the code out of a raw text."""
    bare = raw.lstrip(_BLANKS)
    mark = _AIM.match(bare)
    aim = mark[0] if mark else ""
    body = bare[len(aim) :]
    blanks = _BLANKS.replace(" ", "") if body.startswith(("+", "*+")) else _BLANKS
    text, widened = _with_separators(body.rstrip(blanks))
    return Scan(text, aim, len(raw) - len(bare) + len(aim), widened)


def _with_separators(text: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    widened, saved = [], 0
    for mark in _GS_SPELLINGS.finditer(text):
        extra = len(mark[0]) - 1
        widened.append((mark.start() - saved, extra))
        saved += extra
    return (_GS_SPELLINGS.sub(GS, text), tuple(widened)) if widened else (text, ())
