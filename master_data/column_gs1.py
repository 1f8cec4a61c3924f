"""GS1 codes by the column: the common shapes read with arithmetic on bytes instead of text by text.

Read here: element strings and printed brackets that hold (01) and any of (10) (11) (17) (21), and GTINs of
digits alone; right, or wrong in nothing but the check digit. All else is left to the reader of single texts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from master_data.byte_rows import ByteRows, Counts, Flags, Places, byte_rows, is_mod10, number, outside
from master_data.column_dates import ABSENT, dates_are_sure, day_column, day_table
from master_data.column_frame import Part, broken, piece, shared
from master_data.gs1_ai import CSET_82, DIGITS, GS
from master_data.gs1_check import SWALLOWED

_WIDTHS = {1: 14, 11: 6, 17: 6}
_AIS = (1, 11, 17, 10, 21)  # in the order of the canonical text
_LONGEST = 20
# A separator may be spelled <GS>; such a text, and one of other characters, is for the single reader.
_PLAIN = outside(CSET_82.replace("<", "") + GS)
_NOT_DIGIT = outside(DIGITS)
_GS, _OPEN, _CLOSE = GS.encode()[0], ord("("), ord(")")


@dataclass(frozen=True)
class _Cut:
    """Where the value of each identifier starts and ends in the bytes; start is -1 where there is none."""

    start: dict[int, Places]
    end: dict[int, Places]
    is_read: Flags


def read(texts: pl.Series, *, current_year: int) -> Part:
    """Read what is of a common shape in a column without nulls: the rows read, and their columns."""
    rows = byte_rows(texts)
    begin = _behind_aim(rows)
    odd, digits = rows.running(_PLAIN), rows.running(_NOT_DIGIT)
    plain = odd[rows.end] == odd[begin]
    is_gtin = (digits[rows.end] == digits[begin]) & np.isin(rows.end - begin, (8, 12, 13, 14))
    bracketed = rows.data[begin] == _OPEN
    cut = _cut(rows, begin, digits, plain & ~is_gtin & ~bracketed, bracketed=False)
    cut_brackets = _cut(
        rows, begin, digits, plain & bracketed & _without_separator(rows, begin), bracketed=True
    )
    found = [
        _gtins(texts, rows, begin, np.flatnonzero(is_gtin)),
        _messages(texts, rows, cut, current_year, "element_string"),
        _messages(texts, rows, cut_brackets, current_year, "bracketed"),
    ]
    return np.concatenate([places for places, _ in found]), pl.concat([frame for _, frame in found])


def _behind_aim(rows: ByteRows) -> Places:
    first, second, third = (rows.data[rows.start + step] for step in range(3))
    known = [(second == ord(aim[0])) & (third == ord(aim[1])) for aim in ("C1", "d2", "Q3")]
    has_aim = (first == ord("]")) & (known[0] | known[1] | known[2]) & (rows.length >= 3)
    return np.asarray(rows.start + 3 * has_aim)


def _without_separator(rows: ByteRows, begin: Places) -> Flags:
    separators = np.flatnonzero(rows.data == _GS)
    return np.asarray(np.searchsorted(separators, begin) == np.searchsorted(separators, rows.end))


def _cut(rows: ByteRows, begin: Places, digits: Counts, is_alive: Flags, *, bracketed: bool) -> _Cut:
    """Step through all texts at once, an element of each per round."""
    stops = np.append(np.flatnonzero(rows.data == (_OPEN if bracketed else _GS)), len(rows.data))
    nowhere = [{ai: np.full(len(begin), -1) for ai in _AIS} for _ in range(2)]
    cut = _Cut(nowhere[0], nowhere[1], is_alive)
    position = begin.copy()
    for _ in range(len(_AIS) + 1):
        if not bracketed:
            position += (rows.data[position] == _GS) & (position < rows.end)
        active = np.flatnonzero(cut.is_read & (position < rows.end))
        if not len(active):
            return cut
        position[active] = _step(rows, digits, stops, cut, active, position[active], bracketed)
        cut.is_read[active] &= position[active] >= 0
    cut.is_read[position < rows.end] = False
    return cut


def _step(
    rows: ByteRows, digits: Counts, stops: Places, cut: _Cut, active: Places, place: Places, bracketed: bool
) -> Places:
    """Note one element of each text and return the place behind it; -1 where it is not of a common shape."""
    identifier = number(rows.data, place + bracketed, 2)
    if bracketed:
        identifier[(rows.data[place] != _OPEN) | (rows.data[place + 3] != _CLOSE)] = -1
    behind = np.full(len(place), -1)
    for ai in _AIS:
        hit = np.flatnonzero(identifier == ai)
        hit = hit[cut.start[ai][active[hit]] < 0]
        value = place[hit] + (4 if bracketed else 2)
        stop = np.minimum(stops[np.searchsorted(stops, value)], rows.end[active[hit]])
        width = _WIDTHS.get(ai)
        if width is None:
            fits = (stop > value) & (stop - value <= _LONGEST)
        else:
            fits = (stop - value == width) if bracketed else (stop - value >= width)
            stop = np.minimum(value + width, stop)
            fits &= digits[stop] == digits[value]
        cut.start[ai][active[hit]], cut.end[ai][active[hit]] = value, stop
        behind[hit] = np.where(fits, stop, -1)
    return behind


def _gtins(texts: pl.Series, rows: ByteRows, begin: Places, which: Places) -> Part:
    first, end = begin[which], rows.end[which]
    good = np.zeros(len(which), dtype=np.bool_)
    for width in (8, 12, 13, 14):
        of_width = end - first == width
        good[of_width] = is_mod10(rows.data, first[of_width], width)
    bare = piece(texts.gather(which), first - rows.start[which], end - first)
    wrong_at = end - 1 - rows.start[which]
    frame = pl.DataFrame({"di": bare, "good": good}).select(
        di=pl.when("good").then(pl.col("di").str.zfill(14))
    )
    columns = frame.with_columns(canonical="01" + pl.col("di"))
    return which, shared("GS1", "gtin", columns, broken("CHECK_DIGIT", ~good, wrong_at))


def _messages(
    texts: pl.Series,
    rows: ByteRows,
    cut: _Cut,
    current_year: int,
    form: Literal["element_string", "bracketed"],
) -> Part:
    which = np.flatnonzero(cut.is_read & (cut.start[1] >= 0))
    values = _values(texts, rows, cut, which)
    days = {ai: _days(rows, cut.start[ai][which], current_year) for ai in (11, 17)}
    sure = dates_are_sure(days[11], days[17], current_year)
    if form == "element_string":
        sure &= ~_may_have_swallowed(rows, cut, which, values)
    di_start = cut.start[1][which]
    good = is_mod10(rows.data, di_start, 14)
    columns = values.select(
        "di",
        "lot",
        "serial",
        manufactured_date=day_column(days[11]),
        expiry_date=day_column(days[17]),
        canonical=pl.when(pl.Series(good)).then(_CANONICAL),
    )
    frame = shared("GS1", form, columns, broken("CHECK_DIGIT", ~good, di_start + 13 - rows.start[which]))
    return which[sure], frame.filter(pl.Series(sure))


_CANONICAL = pl.concat_str(
    "01" + pl.col("di"),
    "11" + pl.col("made"),
    "17" + pl.col("expires"),
    "10" + pl.col("lot"),
    pl.when(pl.col("lot").is_not_null() & pl.col("serial").is_not_null()).then(pl.lit(GS)),
    "21" + pl.col("serial"),
    ignore_nulls=True,
)


def _values(texts: pl.Series, rows: ByteRows, cut: _Cut, which: Places) -> pl.DataFrame:
    held = texts.gather(which)
    names = {1: "di", 11: "made", 17: "expires", 10: "lot", 21: "serial"}
    return pl.DataFrame(
        {
            name: piece(held, cut.start[ai][which] - rows.start[which], (cut.end[ai] - cut.start[ai])[which])
            for ai, name in names.items()
        }
    )


def _days(rows: ByteRows, start: Places, current_year: int) -> Counts:
    has_date = start >= 0
    digits = np.where(has_date, number(rows.data, np.maximum(start, 0), 6), 0)
    return np.where(has_date, day_table(current_year)[digits], ABSENT)


def _may_have_swallowed(rows: ByteRows, cut: _Cut, which: Places, values: pl.DataFrame) -> Flags:
    doubt = np.zeros(len(which), dtype=np.bool_)
    for ai, other, name in ((10, 21, "lot"), (21, 10, "serial")):
        exposed = (cut.start[other][which] < 0) & (cut.end[ai][which] == rows.end[which])
        pattern = f"^(?:{SWALLOWED[str(ai)].pattern})$"
        doubt |= exposed & values[name].str.contains(pattern).fill_null(value=False).to_numpy()
    return doubt
