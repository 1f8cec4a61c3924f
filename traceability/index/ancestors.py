"""What complaints have in common: ancestors of their lots that other lots seldom have.

lots with complaints → walk back from each → what several of them share → walk forward from that → lift.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction
from importlib import import_module
from typing import Unpack

import numpy as np

from traceability.index.index import How, Index, UnknownNode
from traceability.index.segment import UNKNOWN
from traceability.index.texts import Flags, Places


@dataclass(frozen=True)
class Suspect:
    """An ancestor of lots with complaints.

    Attributes:
        node_id: The ancestor.
        kind_code: Its kind.
        case_count: Lots with complaints below it.
        lot_count: Lots of the population below it, those with complaints among them.
        lift: How many times more frequent it is above lots with complaints than above all lots.
        chance: Probability that complaints which strike lots at random give it as many cases or more
            (hypergeometric). A high lift with a high chance is coincidence.
    """

    node_id: str
    kind_code: str
    case_count: int
    lot_count: int
    lift: Fraction
    chance: float


def common_ancestors(
    index: Index, cases: Collection[str], population: Collection[str], **how: Unpack[How]
) -> tuple[Suspect, ...]:
    """Ancestors that at least two of the cases share, highest lift first, then most cases, then id.

    Args:
        index: The genealogy.
        cases: Lots with complaints; of a single one, all ancestors are named.
        population: All lots that could have had a complaint; the cases always count among them.
        how: As ``Index.walk``; ``progress`` is told suspects done and in all.

    Raises:
        UnknownNode: No edge touches any of the cases.
    """
    struck = _known(index, cases)
    if not len(struck):
        raise UnknownNode(sorted(cases))
    everyone = np.union1d(struck, _known(index, population))
    progress = how.pop("progress", None)
    candidates = _shared(index, struck, how)
    hits, below = (np.zeros(len(candidates), np.int64) for _ in range(2))
    is_case, is_lot = _mask(index, struck), _mask(index, everyone)
    for place, node in enumerate(candidates):
        descendants = index.walk_numbers("forward", node[None], **how).nodes[1:]
        hits[place], below[place] = is_case[descendants].sum(), is_lot[descendants].sum()
        if progress is not None:
            progress(place + 1, len(candidates))
    return _ranked(index, candidates, hits, below, len(struck), len(everyone))


def _shared(index: Index, struck: Places, how: How) -> Places:
    """Ancestors of at least two of the cases, of the case if there is but one."""
    found = [index.walk_numbers("backward", case[None], **how).nodes[1:] for case in struck]
    nodes, counts = np.unique(np.concatenate(found), return_counts=True)
    shared: Places = nodes[counts >= min(2, len(struck))]
    return shared


def _ranked(
    index: Index, nodes: Places, hits: Places, below: Places, cases: int, lots: int
) -> tuple[Suspect, ...]:
    # scipy.stats takes longer to import than most walks take: only who asks for suspects pays.
    chances = import_module("scipy.stats").hypergeom.sf(hits - 1, lots, below, cases)
    kinds = [index.facts.codes.kind[kind] for kind in index.kinds(nodes)]
    rows = zip(index.names(nodes).to_pylist(), kinds, hits.tolist(), below.tolist(), chances, strict=True)
    found = [
        Suspect(name, kind, hit, many, Fraction(hit * lots, cases * many), float(chance))
        for name, kind, hit, many, chance in rows
        if hit
    ]
    return tuple(sorted(found, key=lambda suspect: (-suspect.lift, -suspect.case_count, suspect.node_id)))


def _known(index: Index, node_ids: Collection[str]) -> Places:
    numbers = index.numbers(list(node_ids))
    return np.unique(numbers[numbers != UNKNOWN])


def _mask(index: Index, nodes: Places) -> Flags:
    mask = np.zeros(index.facts.nodes, np.bool_)
    mask[nodes] = True
    return mask
