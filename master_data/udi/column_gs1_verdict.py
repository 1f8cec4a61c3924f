"""Judge GS1 elements of a column: what is wrong first in each text, or a separator that may be missing.

An element here is wrong in one way at most, so that the first place that is wrong tells the first error.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from master_data.udi.byte_rows import ByteRows, Counts, Flags, Places
from master_data.udi.column_dates import NO_DAY, NO_MONTH
from master_data.udi.column_frame import SCHEMA
from master_data.udi.column_gs1_cut import Cut
from master_data.udi.gs1_check import SWALLOWED

NOWHERE = np.iinfo(np.int64).max
_VERDICTS = (
    ("ok", None),
    ("error", "CHECK_DIGIT"),
    ("error", "CHARSET"),
    ("error", "DATE_MONTH"),
    ("error", "DATE_DAY"),
    ("warn", "POSSIBLE_MISSING_FNC1"),
)
_OK, _CHECK_DIGIT, _CHARSET, _DATE_MONTH, _DATE_DAY, _SWALLOWED = range(len(_VERDICTS))


def judge(
    rows: ByteRows,
    cut: Cut,
    is_right: Flags,
    days: Mapping[int, Counts],
    odd: Places,
    exposed: Mapping[int, pl.Series],
) -> tuple[pl.DataFrame, Flags]:
    """Return the verdict columns of cut texts, and which of the texts hold an error.

    Args:
        is_right: whether the check digit of (01) is.
        days: by the identifier of a date, as `day_table` gives them.
        odd: the first place with a character that no value may hold; `NOWHERE` without one.
        exposed: lots and serials by identifier, where a separator may be missing behind them.
    """
    verdict, place = _first_error(cut, is_right, days, odd)
    has_error = verdict != _OK
    for ai, values in exposed.items():
        doubtful = _swallowed(rows, cut, ai, values)
        doubtful = doubtful[~has_error[doubtful]]
        verdict[doubtful], place[doubtful] = _SWALLOWED, cut.start[ai][doubtful]
    return _told(verdict, place - rows.start[cut.which]), has_error


def _first_error(cut: Cut, is_right: Flags, days: Mapping[int, Counts], odd: Places) -> tuple[Places, Places]:
    verdict, place = np.full(len(odd), _OK), np.full(len(odd), NOWHERE)
    errors = [
        (_CHECK_DIGIT, ~is_right, cut.start[1] + 13),
        (_CHARSET, odd < NOWHERE, odd),
        *((_DATE_MONTH, found == NO_MONTH, cut.start[ai] + 2) for ai, found in days.items()),
        *((_DATE_DAY, found == NO_DAY, cut.start[ai] + 4) for ai, found in days.items()),
    ]
    for error, is_wrong, where in errors:
        earlier = np.flatnonzero(is_wrong & (where < place))
        verdict[earlier], place[earlier] = error, where[earlier]
    return verdict, place


def _swallowed(rows: ByteRows, cut: Cut, ai: int, values: pl.Series) -> Places:
    """The texts that a value ends which may hold the other field: the one behind it or the one before."""
    other = 21 if ai == 10 else 10
    last = np.flatnonzero((cut.start[other] < 0) & (cut.end[ai] == rows.end[cut.which]))
    holds = values.gather(last).str.contains(f"^(?:{SWALLOWED[str(ai)].pattern})$").to_numpy()
    return np.asarray(last[holds])


def _told(verdict: Places, position: Places) -> pl.DataFrame:
    columns = ("severity", "code")
    words = pl.DataFrame(_VERDICTS, schema={name: SCHEMA[name] for name in columns}, orient="row")
    number = pl.Series(verdict)
    places = pl.select(pl.when(number != _OK).then(pl.Series(position)).cast(pl.Int32)).to_series()
    return words[number].with_columns(position=places)
