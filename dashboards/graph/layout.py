"""Where the boxes of a genealogy stand: a layer for each, and their order within the layers.

edges + root → layers by the longest way from the root → order by the mean place of the neighbours (Sugiyama).
Lots in a circle of rework share a layer. What is visible is stacked in the browser, by layer and order.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Ints: TypeAlias = npt.NDArray[np.int64]
SWEEPS = 4


def place(count: int, starts: Ints, ends: Ints, root: int) -> tuple[Ints, Ints]:
    """Return layer and order of every node.

    Args:
        count: How many nodes there are.
        starts: Node that each edge leaves.
        ends: Node that each edge enters.
        root: The node in layer 0; what leads to it stands in layers below 0.
    """
    layers = _layers(count, starts, ends, root)
    return layers, _orders(layers, starts, ends)


def _layers(count: int, starts: Ints, ends: Ints, root: int) -> Ints:
    circle = _circles(count, starts, ends)
    left, right = circle[starts], circle[ends]
    between = left != right
    left, right = left[between], right[between]
    ahead, behind = _longest(count, left, right, circle[root]), _longest(count, right, left, circle[root])
    layers: Ints = np.where(ahead >= 0, ahead, np.where(behind >= 0, -behind, 0))[circle]
    return layers


def _circles(count: int, starts: Ints, ends: Ints) -> Ints:
    """A number for each set of nodes that lead to one another."""
    # Half a second that only who looks at a genealogy waits for, once.
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    graph = coo_array((np.ones(len(starts), np.int8), (starts, ends)), shape=(count, count))
    found: Ints = connected_components(graph, connection="strong")[1].astype(np.int64)
    return found


def _longest(count: int, starts: Ints, ends: Ints, root: int) -> Ints:
    """Most steps from the root to each node of a graph without circles; -1 where no way leads."""
    steps = np.full(count, -1, np.int64)
    steps[root] = 0
    while True:
        reached = steps[starts] >= 0
        longer = steps.copy()
        np.maximum.at(longer, ends[reached], steps[starts[reached]] + 1)
        if (longer == steps).all():
            return steps
        steps = longer


def _orders(layers: Ints, starts: Ints, ends: Ints) -> Ints:
    """Places within the layers that keep neighbours close; ties keep the order of the nodes."""
    orders = _ranked(layers, np.arange(len(layers)))
    a, b = np.concatenate([starts, ends]), np.concatenate([ends, starts])
    depth = np.abs(layers)
    for sweep in range(SWEEPS):
        towards = (depth[b] < depth[a]) if sweep % 2 == 0 else (depth[b] > depth[a])
        for layer in sorted(set(layers.tolist()), key=abs, reverse=bool(sweep % 2)):
            mine = towards & (layers[a] == layer)
            orders = _by_neighbours(layers, orders, layer, a[mine], b[mine])
    return orders


def _by_neighbours(layers: Ints, orders: Ints, layer: int, nodes: Ints, neighbours: Ints) -> Ints:
    sizes = np.bincount(layers - layers.min())
    share = (orders + 0.5) / sizes[layers - layers.min()]
    total = np.bincount(nodes, weights=share[neighbours], minlength=len(layers))
    counts = np.bincount(nodes, minlength=len(layers))
    wanted = np.where(counts > 0, total / np.maximum(counts, 1), share)
    here = np.flatnonzero(layers == layer)
    placed = orders.copy()
    placed[here[np.lexsort((orders[here], wanted[here]))]] = np.arange(len(here))
    return placed


def _ranked(layers: Ints, key: Ints) -> Ints:
    order = np.lexsort((key, layers))
    first = np.searchsorted(layers[order], layers[order])
    ranks = np.empty(len(layers), np.int64)
    ranks[order] = np.arange(len(layers)) - first
    return ranks
