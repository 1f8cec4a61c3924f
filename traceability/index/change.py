"""How a scope changed: what is in it with the knowledge of one moment and not with that of another."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from traceability.index.edge_filter import EdgeFilter
from traceability.index.index import Index
from traceability.index.reach import Reach
from traceability.index.segment import Direction
from traceability.index.texts import Places


@dataclass(frozen=True)
class ScopeChange:
    """Two scopes of the same question.

    Attributes:
        earlier: What was reached with the knowledge of the first moment.
        later: And of the second; None as a moment is today.
        added: Numbers of nodes in the later scope only, ascending.
        removed: Numbers of nodes in the earlier scope only, ascending.
    """

    earlier: Reach
    later: Reach
    added: Places
    removed: Places


def scope_change(
    index: Index,
    direction: Direction,
    node_ids: Collection[str],
    earlier: datetime | None,
    later: datetime | None,
    *,
    edge_filter: EdgeFilter | None = None,
    max_depth: int | None = None,
) -> ScopeChange:
    """The difference between the scopes of two moments.

    Raises:
        UnknownNode: Nodes that no edge touches.
        ValueError: A moment has no time zone.
    """
    before, after = (
        index.walk(direction, node_ids, as_of=moment, edge_filter=edge_filter, max_depth=max_depth)
        for moment in (earlier, later)
    )
    added = np.setdiff1d(after.nodes, before.nodes, assume_unique=True)
    removed = np.setdiff1d(before.nodes, after.nodes, assume_unique=True)
    return ScopeChange(before, after, np.sort(added), np.sort(removed))
