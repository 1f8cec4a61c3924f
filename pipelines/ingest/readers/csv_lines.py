"""Decides lines one by one where quotes are broken, for many lines at once.

Behind a broken quote nothing is known of what comes next but that a record starts there. As long as each line
closes the quotes it opens, or is broken within itself, lines are records.
"""

import numpy as np

from pipelines.ingest.readers.csv_bytes import Dialect, Positions, View, misplaced, outside, quotes_of
from pipelines.ingest.readers.csv_reasons import BROKEN, Records


def whole_lines(part: View, dialect: Dialect) -> tuple[Records, Positions]:
    """The lines up to the first that opens a quote and does not close it.

    The part starts where a record does. Gives the lines as records, those with a misplaced quote as broken
    ones, and the quotes with one added where a line would leave one open, for outside().
    """
    ends, quotes = np.flatnonzero(part == dialect.line_end), quotes_of(part, dialect)
    quotes = quotes[quotes < ends[-1]] if ends.size else quotes[:0]
    starts = np.concatenate(([0], ends[:-1] + 1)) if ends.size else ends
    first = np.searchsorted(quotes, starts)
    line = np.searchsorted(ends, quotes)
    opens = (np.arange(quotes.size) - first[line]) % 2 == 0
    wrong = misplaced(part, quotes[opens], quotes[~opens], dialect)
    is_broken = np.zeros(ends.size, np.bool_)
    is_broken[np.searchsorted(ends, wrong)] = True
    is_odd = np.diff(first, append=quotes.size) % 2 == 1
    stop = int(np.argmax(is_odd & ~is_broken)) if (is_odd & ~is_broken).any() else ends.size
    starts, ends, is_broken = starts[:stop], ends[:stop], is_broken[:stop]
    closed = np.sort(np.concatenate((quotes, ends[is_odd[:stop]] - 1)))
    separators = outside(np.flatnonzero(part == dialect.separator), closed)
    fields = np.diff(np.searchsorted(separators, ends), prepend=0) + 1
    return Records(starts, ends, np.where(is_broken, BROKEN, fields)), closed
