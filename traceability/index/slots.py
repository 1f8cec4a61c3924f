"""A hash table of node numbers: where to look for a text, one slot after another until it is found.

Open addressing with linear steps; a slot holds number + 1, zero is free. A quarter of the slots stays free.
"""

from __future__ import annotations

import numpy as np

from traceability.index.texts import Numbers, Places, Words

FREE = 0
LEAST_SLOTS = 8
BLOCK = 1 << 20


def slot_count(nodes: int) -> int:
    """The size of the table for this many nodes: the power of two of which a quarter stays free."""
    return max(LEAST_SLOTS, 1 << (nodes + nodes // 3).bit_length())


def home(hashes: Words, slots: int) -> Places:
    """The slot at which a hash is looked for first: its highest bits."""
    return (hashes >> np.uint64(65 - slots.bit_length())).view(np.int64)


def claim(slots: Numbers, at: Places, values: Numbers | Places) -> None:
    """Writes values into free slots; of several for one slot the first stays."""
    slots[at[::-1]] = values[::-1]


def filled(hashes: Words, size: int | None = None) -> Numbers:
    """The table of nodes 0, 1, … with these hashes: the same hashes give the same table."""
    slots = np.zeros(size or slot_count(len(hashes)), np.uint32)
    for begin in range(0, len(hashes), BLOCK):
        block = hashes[begin : begin + BLOCK]
        _fill(slots, np.arange(begin + 1, begin + 1 + len(block), dtype=np.uint32), home(block, len(slots)))
    return slots


def _fill(slots: Numbers, values: Numbers, at: Places) -> None:
    mask = np.int64(len(slots) - 1)
    while len(values):
        free = slots[at] == FREE
        claim(slots, at[free], values[free])
        homeless = slots[at] != values
        values, at = values[homeless], (at[homeless] + 1) & mask
