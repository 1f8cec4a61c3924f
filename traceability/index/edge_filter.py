"""What a walk may use: a what-if question as a filter over edges and nodes, bound to one index.

EdgeFilter (words, dates, node ids) + as-of time → Allowed (numbers) → a mask for each batch of edges.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TypeAlias

import numpy as np

from traceability.index.edge_stream import STILL_KNOWN
from traceability.index.segment import Segment
from traceability.index.texts import Flags, Numbers, Places

EPOCH_DAY = date(1970, 1, 1).toordinal()
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# Segment, forward positions of edges, nodes that they lead to → which of them may be used.
Test: TypeAlias = Callable[[Segment, Places, Numbers], Flags]


@dataclass(frozen=True)
class EdgeFilter:
    """Edges that a walk may use; None means no restriction.

    Attributes:
        edge_types: Such as CONSUME or REWORK.
        precisions: Such as EXACT; leave out BACKFLUSH to see what is certain.
        kinds: Kinds of nodes that may be entered.
        dates: First and last day of a window; an edge is used if any of its postings may lie in it, so an
            edge without dates always is.
        only_nodes: Ids of the only nodes that may be entered.
        without_nodes: Ids of nodes that may not be entered, such as lots of other sterilisation runs.
    """

    edge_types: Collection[str] | None = None
    precisions: Collection[str] | None = None
    kinds: Collection[str] | None = None
    dates: tuple[date, date] | None = None
    only_nodes: Collection[str] | None = None
    without_nodes: Collection[str] | None = None


def known_by(as_of: datetime) -> Test:
    """Edges that were known at a moment: known by then, and not yet cancelled or changed.

    Raises:
        ValueError: The moment has no time zone.
    """
    if as_of.tzinfo is None:
        raise ValueError(f"as-of time {as_of} has no time zone; say which, for example {as_of}+08:00")
    gone = as_of - EPOCH
    micros = (gone.days * 86_400 + gone.seconds) * 1_000_000 + gone.microseconds

    def test(segment: Segment, edges: Places, _: Numbers) -> Flags:
        mask: Flags = segment.columns["known_at"][edges] <= micros
        mask &= _known_until(segment, edges) > micros
        return mask

    return test


def still_known(segment: Segment, edges: Places, _: Numbers) -> Flags:
    """Edges that stand today."""
    mask: Flags = _known_until(segment, edges) == STILL_KNOWN
    return mask


def worded(column: str, words: Collection[str], known: Sequence[str]) -> Test:
    """Edges whose code is among some words; a word that no edge of the index has lets none through."""
    allowed = among(words, known)
    return lambda segment, edges, _: allowed[segment.columns[column][edges]]


def among(words: Collection[str], known: Sequence[str]) -> Flags:
    """Which of the known words are among some words."""
    return np.array([word in words for word in known], np.bool_)


def entering(numbers: Places, nodes: int, *, is_allowed: bool) -> Test:
    """Edges into some nodes only, or into none of them."""
    mask = np.full(nodes, not is_allowed)
    mask[numbers] = is_allowed
    return lambda _, __, entered: mask[entered]


def dated(first: date, last: date) -> Test:
    """Edges of which a posting may lie in a window of days.

    Raises:
        ValueError: The window ends before it begins.
    """
    if last < first:
        raise ValueError(f"the window ends on {last}, before it begins on {first}")
    begin, end = first.toordinal() - EPOCH_DAY, last.toordinal() - EPOCH_DAY

    def test(segment: Segment, edges: Places, _: Numbers) -> Flags:
        mask: Flags = segment.columns["last_day"][edges] >= begin
        mask &= segment.columns["first_day"][edges] <= end
        return mask

    return test


def _known_until(segment: Segment, edges: Places) -> Places:
    until: Places = segment.columns["known_until"]
    return until[edges] if len(until) else np.full(len(edges), STILL_KNOWN)
