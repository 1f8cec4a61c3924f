"""The product catalogue: what the company makes, from which components, by which operations.

`build_catalogue` joins the two plants' tables into one set of numpy arrays, gives every component a
lot size that suits its parents, and orders the materials by low-level code for planning.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import floor, log10
from typing import Literal

import numpy as np

from simulator.workdays import Ints

AWAY_DAYS = 8  # working days that parts stay with a vendor
Kind = Literal["finished", "semifinished", "raw", "packaging"]


@dataclass(frozen=True)
class Item:
    """One material of one plant. `uom` is pcs, kg, m or l; `pack_qty` base units make one `pack_uom`."""

    key: str
    plant: str
    kind: Kind
    name_zh: str
    name_en: str
    spec: str
    uom: str
    lot_size: int = 0
    route: tuple[str, ...] = ()
    components: tuple[tuple[str, int], ...] = ()  # component key, thousandths of its base unit per unit
    shelf_days: int = 1095
    pack_uom: str = ""
    pack_qty: int = 1
    is_batch: bool = True
    is_serial: bool = False
    is_sterile: bool = False
    risk_class: str = ""
    piece_name: str = "个"  # what plant B calls a piece
    code: str = ""

    @property
    def is_subcontracted(self) -> bool:
        """Made by a vendor from components we provide: a bill of materials, but no operation of our own."""
        return bool(self.components) and not self.route


@dataclass(frozen=True)
class Catalogue:
    """All items with the arrays that planning needs; an item is addressed by its index."""

    items: tuple[Item, ...]
    level: Ints  # low-level code: 0 = finished
    lead: Ints  # working days an order for the item must keep free before its own start
    lot_size: Ints
    bom_parent: Ints
    bom_component: Ints
    bom_qty: Ints
    op_types: tuple[str, ...] = field(default=())

    def mask(self, **wanted: object) -> np.ndarray:
        """Boolean mask of the items whose attributes equal `wanted`."""
        return np.array([all(getattr(i, k) == v for k, v in wanted.items()) for i in self.items])


def _nice(value: float) -> int:
    """Round up to two significant digits."""
    if value <= 10:
        return max(1, int(np.ceil(value)))
    step = int(10 ** (floor(log10(value)) - 1))
    return int(np.ceil(value / step)) * step


def _codes(items: Sequence[Item]) -> list[Item]:
    a_base = {"finished": 10000100, "semifinished": 20000100, "raw": 30000100, "packaging": 40000100}
    b_stem = {"finished": "B-CP-", "semifinished": "B-BCP-", "raw": "B-YL-", "packaging": "B-BC-"}
    counts: dict[tuple[str, str], int] = {}
    coded = []
    for item in items:
        n = counts[item.plant, item.kind] = counts.get((item.plant, item.kind), 0) + 1
        code = str(a_base[item.kind] + n) if item.plant == "A" else f"{b_stem[item.kind]}{n:03d}"
        coded.append(replace(item, code=code))
    return coded


def _levels(items: Sequence[Item], index: dict[str, int]) -> Ints:
    level = np.zeros(len(items), dtype=np.int64)
    for _ in range(8):  # deeper than any chain in the tables
        for n, item in enumerate(items):
            for key, _qty in item.components:
                level[index[key]] = max(level[index[key]], level[n] + 1)
    return level


def _lot_sizes(items: Sequence[Item], index: dict[str, int], level: Ints) -> Ints:
    """Lot size in thousandths: a component lot serves more than one order of its largest parent."""
    size = np.array([i.lot_size * 1000 for i in items], dtype=np.int64)
    largest = np.zeros(len(items))
    for n in np.argsort(level, kind="stable"):
        item = items[n]
        if not item.lot_size:
            spread = 1.6 if item.kind == "semifinished" else 2.3
            step = 1000 * (item.pack_qty if item.kind in ("raw", "packaging") else 1)
            size[n] = max(step, int(np.ceil(_nice(largest[n] * spread / 1000) * 1000 / step)) * step)
        for key, qty in item.components:
            largest[index[key]] = max(largest[index[key]], size[n] / 1000 * qty)
    return size


def _leads(items: Sequence[Item], index: dict[str, int], level: Ints) -> Ints:
    """Working days needed before the item's need date: inspection, slack, own run and its components."""
    lead = np.zeros(len(items), dtype=np.int64)
    for n in np.argsort(-level, kind="stable"):
        below = max((lead[index[key]] for key, _ in items[n].components), default=0)
        own = AWAY_DAYS + 6 if items[n].is_subcontracted else 5 + len(items[n].route) // 2
        lead[n] = below + own if items[n].components else 8
    return lead


def build_catalogue(items: Sequence[Item]) -> Catalogue:
    """Number the items, resolve the BOM and compute lot sizes and leads."""
    coded = _codes(items)
    index = {item.key: n for n, item in enumerate(coded)}
    level = _levels(coded, index)
    triples = [(n, index[key], qty) for n, item in enumerate(coded) for key, qty in item.components]
    bom = np.array(triples, dtype=np.int64)
    op_types = tuple(sorted({op for item in coded for op in item.route}))
    return Catalogue(
        items=tuple(coded),
        level=level,
        lead=_leads(coded, index, level),
        lot_size=_lot_sizes(coded, index, level),
        bom_parent=bom[:, 0],
        bom_component=bom[:, 1],
        bom_qty=bom[:, 2],
        op_types=op_types,
    )
