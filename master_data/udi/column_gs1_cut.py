"""Cut GS1 texts of a column into elements, all texts at once: an element of each per round.

Only (01) (10) (11) (17) (21) are known here, each at most once; a text with anything else is left out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from master_data.udi.byte_rows import ByteRows, Flags, Places, number
from master_data.udi.gs1_ai import GS

AIS = (1, 11, 17, 10, 21)  # in the order of the canonical text
SEPARATOR, OPEN, CLOSE = GS.encode()[0], ord("("), ord(")")
_WIDTHS = {1: 14, 11: 6, 17: 6}
_LONGEST = 20


@dataclass(frozen=True)
class Cut:
    """Where the value of each identifier starts and ends in the bytes; both are -1 where there is none."""

    which: Places
    start: dict[int, Places]
    end: dict[int, Places]

    def only(self, wanted: Flags) -> Cut:
        """Return the texts that are wanted."""
        start, end = ({ai: places[wanted] for ai, places in side.items()} for side in (self.start, self.end))
        return Cut(self.which[wanted], start, end)


def cut_elements(rows: ByteRows, begin: Places, which: Places) -> Cut:
    """Cut element strings, with a separator behind each variable value that is not the last."""
    return _cut(rows, begin, which, SEPARATOR, header=2)


def cut_brackets(rows: ByteRows, begin: Places, which: Places) -> Cut:
    """Cut printed text in which each identifier stands in brackets, and no separator anywhere."""
    separators = np.flatnonzero(rows.data == SEPARATOR)
    first, last = np.searchsorted(separators, begin[which]), np.searchsorted(separators, rows.end[which])
    return _cut(rows, begin, which[first == last], OPEN, header=4)


def _cut(rows: ByteRows, begin: Places, which: Places, stop: int, *, header: int) -> Cut:
    stops = np.append(np.flatnonzero(rows.data == stop), len(rows.data))
    start, end = ({ai: np.full(len(which), -1) for ai in AIS} for _ in range(2))
    cut, position, last = Cut(which, start, end), begin[which], rows.end[which]
    is_read = np.ones(len(which), dtype=np.bool_)
    for _ in range(len(AIS) + 1):
        if header == 2:
            position += (rows.data[position] == SEPARATOR) & (position < last)
        active = np.flatnonzero(is_read & (position < last))
        if not len(active):
            break
        position[active] = _step(rows, stops, cut, active, position[active], header)
        is_read[active] &= position[active] >= 0
    return cut.only(is_read & (position >= last) & (start[1] >= 0))


def _step(rows: ByteRows, stops: Places, cut: Cut, active: Places, place: Places, header: int) -> Places:
    """Note one element of each text and return the place behind it; -1 where it is none of ours."""
    identifier = number(rows.data, place + header // 4, 2)
    if header == 4:
        identifier[(rows.data[place] != OPEN) | (rows.data[place + 3] != CLOSE)] = -1
    behind = np.full(len(place), -1)
    for ai in AIS:
        hit = np.flatnonzero(identifier == ai)
        hit = hit[cut.start[ai][active[hit]] < 0]
        value, known = place[hit] + header, active[hit]
        last, width = rows.end[cut.which[known]], _WIDTHS.get(ai)
        if width is None:
            stop = np.minimum(stops[np.searchsorted(stops, value)], last)
            fits = (stop > value) & (stop - value <= _LONGEST)
        else:
            # A stop within it makes it no number, and such a text is left out when its numbers are read.
            stop = value + width
            fits = stop <= last
        cut.start[ai][known], cut.end[ai][known] = value, stop
        behind[hit] = np.where(fits, stop, -1)
    return behind
