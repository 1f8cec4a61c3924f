"""Merkle trees of RFC 6962 (2.1): roots, inclusion and consistency proofs, and how a stranger checks them.

leaf bytes -> leaf_hash -> Frontier.add() gives every subtree it completes -> root, inclusion, consistency.
A tree is a function `node(level, position)`: the hash of the complete subtree of 2**level leaves that begins
at leaf position * 2**level. Whoever stores those answers every question below in O(log n) reads.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256

Node = Callable[[int, int], bytes]
HASH_BYTES = 32
# The root of a tree without leaves (RFC 6962, 2.1).
EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(body: bytes) -> bytes:
    """Hash of a leaf's bytes."""
    return sha256(b"\x00" + body).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of two subtrees side by side."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """The right edge of a growing tree: all that appending needs, log2(n) hashes.

    Attributes:
        size: Leaves so far.
    """

    def __init__(self, size: int = 0, node: Node | None = None) -> None:
        """An empty tree, or one of `size` leaves whose subtrees `node` gives."""
        self.size = size
        self._roots: list[bytes] = []
        if size:
            if node is None:
                raise ValueError("a tree with leaves needs its subtrees")
            self._roots = [node(level, position) for level, position in subtrees(size)]

    def add(self, leaf: bytes) -> list[bytes]:
        """Takes the hash of the next leaf; gives the hashes of all subtrees it completes, level 0 first."""
        completed = [leaf]
        for _ in range(trailing_ones(self.size)):
            completed.append(node_hash(self._roots.pop(), completed[-1]))
        self._roots.append(completed[-1])
        self.size += 1
        return completed

    def root(self) -> bytes:
        """The root of the whole tree."""
        return _fold(self._roots)


def trailing_ones(number: int) -> int:
    """Ones at the end of a number in binary: how many subtrees its leaf closes."""
    return (~number & (number + 1)).bit_length() - 1


def subtrees(size: int) -> list[tuple[int, int]]:
    """The complete subtrees a tree of this size is made of, largest first, as (level, position)."""
    found, start = [], 0
    for level in reversed(range(size.bit_length())):
        if size >> level & 1:
            found.append((level, start >> level))
            start += 1 << level
    return found


def root(size: int, node: Node) -> bytes:
    """The root over the first `size` leaves."""
    return _fold([node(level, position) for level, position in subtrees(size)])


def inclusion(index: int, size: int, node: Node) -> list[bytes]:
    """The audit path of a leaf in the tree of `size` leaves (RFC 6962, 2.1.1), nearest first.

    Raises:
        ValueError: There is no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"there is no leaf {index} in a tree of {size}")
    path, low, high = [], 0, size
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            path.append(_range(middle, high, node))
            high = middle
        else:
            path.append(_range(low, middle, node))
            low = middle
    return path[::-1]


def consistency(old: int, new: int, node: Node) -> list[bytes]:
    """The proof that the tree of `old` leaves is the beginning of that of `new` leaves (RFC 6962, 2.1.2).

    Raises:
        ValueError: The old tree is larger.
    """
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {new} leaves does not begin with one of {old}")
    if old in (0, new):
        return []
    path, low, high, is_whole = [], 0, new, True
    while old != high:
        middle = low + _split(high - low)
        if old <= middle:
            path.append(_range(middle, high, node))
            high = middle
        else:
            path.append(_range(low, middle, node))
            low, is_whole = middle, False
    if not is_whole:
        path.append(_range(low, high, node))
    return path[::-1]


def proves_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], expected_root: bytes) -> bool:
    """Whether the path leads from the leaf's hash to the root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size or any(len(step) != HASH_BYTES for step in path):
        return False
    number, last, found = index, size - 1, leaf
    for step in path:
        if last == 0:
            return False
        if number & 1 or number == last:
            found = node_hash(step, found)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            found = node_hash(found, step)
        number, last = number >> 1, last >> 1
    return last == 0 and found == expected_root


def proves_consistency(old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether the path shows that the old tree is the beginning of the new one (RFC 9162, 2.1.4.2)."""
    if not 0 <= old <= new or any(len(step) != HASH_BYTES for step in path):
        return False
    if old in (0, new):
        return not path and old_root == (EMPTY_ROOT if old == 0 else new_root)
    steps = list(path) if old & (old - 1) else [old_root, *path]
    if not steps:
        return False
    shift = trailing_ones(old - 1)
    number, last = (old - 1) >> shift, (new - 1) >> shift
    found_old = found_new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if number & 1 or number == last:
            found_old, found_new = node_hash(step, found_old), node_hash(step, found_new)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            found_new = node_hash(found_new, step)
        number, last = number >> 1, last >> 1
    return last == 0 and found_old == old_root and found_new == new_root


def _fold(roots: Sequence[bytes]) -> bytes:
    """Joins subtrees from the right, the smallest first."""
    if not roots:
        return EMPTY_ROOT
    found = roots[-1]
    for left in reversed(roots[:-1]):
        found = node_hash(left, found)
    return found


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1


def _range(low: int, high: int, node: Node) -> bytes:
    """Hash of the leaves low..high-1, where low is a multiple of the power of two that covers them."""
    return _fold([node(level, (low >> level) + position) for level, position in subtrees(high - low)])
