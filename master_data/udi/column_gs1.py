"""GS1 codes by the column: the common shapes read with arithmetic on bytes instead of text by text.

Read here: element strings and printed brackets that hold (01) and any of (10) (11) (17) (21), and GTINs of
digits alone; right, or wrong in a check digit, a date, a character or a separator that may be missing. All
else is left to the reader of single texts. column_gs1_cut cuts the texts, column_gs1_verdict judges them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from master_data.udi.byte_rows import ByteRows, Counts, Flags, Places, byte_rows, mod10, number, outside
from master_data.udi.column_dates import ABSENT, NO_NUMBER, dates_raise_no_doubt, day_column, day_table
from master_data.udi.column_frame import Part, broken, pieces, shared
from master_data.udi.column_gs1_cut import AIS, OPEN, Cut, cut_brackets, cut_elements
from master_data.udi.column_gs1_verdict import NOWHERE, judge
from master_data.udi.gs1_ai import CSET_82, GS

# No value may hold these. With others a separator may be spelled, <GS> or \x1d: for the single reader.
_ODD = " #$@]^`|}~"
_KNOWN = CSET_82.replace("<", "") + GS
_IS_ODD, _IS_STRANGE = outside(_KNOWN), outside(_KNOWN + _ODD)
_BLANK = ord(" ")
_NAMES = {1: "di", 11: "made", 17: "expires", 10: "lot", 21: "serial"}
_CANONICAL = pl.concat_str(
    "01" + pl.col("di"),
    "11" + pl.col("made"),
    "17" + pl.col("expires"),
    "10" + pl.col("lot"),
    pl.when(pl.col("lot").is_not_null() & pl.col("serial").is_not_null()).then(pl.lit(GS)),
    "21" + pl.col("serial"),
    ignore_nulls=True,
)


@dataclass(frozen=True)
class _Column:
    """A column: where each text begins behind its symbology identifier, and its first odd place."""

    texts: pl.Series
    rows: ByteRows
    begin: Places
    odd: Places
    current_year: int


def read(texts: pl.Series, *, current_year: int) -> Part:
    """Read what is of a common shape in a column without nulls: the rows read, and their columns."""
    rows = byte_rows(texts)
    has_aim = _has_aim(rows)
    begin, odd = rows.start + 3 * has_aim, _first_odd(rows, has_aim)
    column = _Column(texts, rows, begin, odd, current_year)
    is_known = (odd >= 0) & (rows.end > begin)
    is_plain = is_known & (odd == NOWHERE)
    gtins, are_gtins = _gtins(column, np.flatnonzero(is_plain & np.isin(rows.end - begin, (8, 12, 13, 14))))
    bracketed = rows.data[begin] == OPEN
    elements = cut_elements(rows, begin, np.flatnonzero(is_known & ~are_gtins & ~bracketed))
    brackets = cut_brackets(rows, begin, np.flatnonzero(is_plain & bracketed))
    written = _is_canonical(column, elements)
    parts = [
        gtins,
        _messages(column, elements.only(written), "element_string", is_canonical=True),
        _messages(column, elements.only(~written), "element_string", is_canonical=False),
        _messages(column, brackets, "bracketed", is_canonical=False),
    ]
    return np.concatenate([places for places, _ in parts]), pl.concat([frame for _, frame in parts])


def _has_aim(rows: ByteRows) -> Flags:
    first, second, third = (rows.data[rows.start + step] for step in range(3))
    known = [(second == ord(aim[0])) & (third == ord(aim[1])) for aim in ("C1", "d2", "Q3")]
    has_aim = (first == ord("]")) & (known[0] | known[1] | known[2]) & (rows.end - rows.start >= 3)
    return np.asarray(has_aim)


def _first_odd(rows: ByteRows, has_aim: Flags) -> Places:
    """Where each text holds what no value may, `NOWHERE` if nowhere; -1: it is for the single reader."""
    is_odd = _IS_ODD[rows.inside]
    is_odd[rows.start[has_aim]] = False
    places = np.flatnonzero(is_odd)
    row, held = rows.rows_of(places), rows.data[places]
    first = np.full(len(rows.start), NOWHERE)
    first[row[::-1]] = places[::-1]
    # A blank at the end belongs to no value.
    is_for_single = _IS_STRANGE[held] | ((held == _BLANK) & (places + 1 == rows.end[row]))
    first[row[is_for_single]] = -1
    return first


def _gtins(column: _Column, which: Places) -> tuple[Part, Flags]:
    """Read the texts that are digits alone, and tell which they are."""
    rows = column.rows
    first, end = column.begin[which], rows.end[which]
    is_number, is_right = np.zeros((2, len(which)), dtype=np.bool_)
    for width in (8, 12, 13, 14):
        of_width = end - first == width
        is_number[of_width], is_right[of_width] = mod10(rows.data, first[of_width], width)
    which, first, end, is_right = which[is_number], first[is_number], end[is_number], is_right[is_number]
    frame = pieces(column.texts.gather(which), {"di": (first - rows.start[which], end - first)})
    full = frame.select(di=pl.when(pl.Series(is_right)).then(pl.col("di").str.zfill(14)))
    columns = full.with_columns(canonical="01" + pl.col("di"))
    are_gtins = np.zeros(len(column.texts), dtype=np.bool_)
    are_gtins[which] = True
    verdict = broken("CHECK_DIGIT", ~is_right, end - 1 - rows.start[which])
    return (which, shared("GS1", "gtin", columns, verdict)), are_gtins


def _is_canonical(column: _Column, cut: Cut) -> Flags:
    """Tell which element strings are written as we would write them."""
    length = np.zeros(len(cut.which), dtype=np.int64)
    last = np.zeros(len(cut.which), dtype=np.int64)
    in_order = np.ones(len(cut.which), dtype=np.bool_)
    for ai in AIS:
        start, held = cut.start[ai], cut.start[ai] >= 0
        length += np.where(held, cut.end[ai] - start + 2, 0)
        in_order &= ~held | (start > last)
        last = np.where(held, start, last)
    length += (cut.start[10] >= 0) & (cut.start[21] >= 0)
    return np.asarray(in_order & (length == column.rows.end[cut.which] - column.begin[cut.which]))


def _messages(
    column: _Column, cut: Cut, form: Literal["element_string", "bracketed"], *, is_canonical: bool
) -> Part:
    rows, which = column.rows, cut.which
    days = {ai: _days(rows, cut.start[ai], column.current_year) for ai in (11, 17)}
    is_number, is_right = mod10(rows.data, cut.start[1], 14)
    values = _values(column, cut, is_canonical=is_canonical)
    exposed = {ai: values[_NAMES[ai]] for ai in (10, 21)} if form == "element_string" else {}
    verdict, has_error = judge(rows, cut, is_right, days, column.odd[which], exposed)
    columns = values.select(
        "di",
        "lot",
        "serial",
        manufactured_date=day_column(days[11]),
        expiry_date=day_column(days[17]),
        canonical=pl.when(~pl.Series(has_error)).then("canonical" if is_canonical else _CANONICAL),
    )
    sure = is_number & (days[11] != NO_NUMBER) & (days[17] != NO_NUMBER)
    sure &= has_error | dates_raise_no_doubt(days[11], days[17], column.current_year)
    return which[sure], shared("GS1", form, columns, verdict).filter(pl.Series(sure))


def _values(column: _Column, cut: Cut, *, is_canonical: bool) -> pl.DataFrame:
    """The values of each text; of one that is written as we would, itself in the place of its dates."""
    rows, which = column.rows, cut.which
    start = rows.start[which]
    spans = {name: (cut.start[ai] - start, cut.end[ai] - cut.start[ai]) for ai, name in _NAMES.items()}
    if is_canonical:
        spans = {name: spans[name] for name in ("di", "lot", "serial")}
        spans["canonical"] = (column.begin[which] - start, rows.end[which] - column.begin[which])
    return pieces(column.texts.gather(which), spans)


def _days(rows: ByteRows, start: Places, current_year: int) -> Counts:
    digits = number(rows.data, np.maximum(start, 0), 6)
    days = np.where(digits < 0, NO_NUMBER, day_table(current_year)[np.maximum(digits, 0)])
    return np.where(start >= 0, days, ABSENT)
