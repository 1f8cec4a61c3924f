"""Merkle trees of the ledger: roots and proofs against RFC 6962 written down, and against pymerkle."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from lineage.ledger import merkle

# Reference leaves and roots of Certificate Transparency (google/certificate-transparency, merkle_tree_test).
CT_LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
CT_ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def mth(leaves: list[bytes]) -> bytes:
    """RFC 6962, 2.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def node_of(leaves: list[bytes]) -> merkle.Node:
    """Subtrees computed anew each time."""
    return lambda level, position: mth(leaves[position << level : (position + 1) << level])


def test_reference_roots() -> None:
    """Prevents a tree that is consistent with itself and with nobody else's."""
    for size, expected in CT_ROOTS.items():
        assert merkle.root(size, node_of(CT_LEAVES)).hex() == expected


@given(st.lists(st.binary(max_size=8), max_size=70), st.data())
def test_roots_and_proofs_equal_pymerkle(leaves: list[bytes], data: st.DataObject) -> None:
    """Prevents wrong roots or proofs at any shape of tree: odd, empty, a power of two."""
    theirs = InmemoryTree(algorithm="sha256")
    frontier = merkle.Frontier()
    for leaf in leaves:
        theirs.append_entry(leaf)
        frontier.add(merkle.leaf_hash(leaf))
    node = node_of(leaves)
    assert frontier.root() == merkle.root(len(leaves), node) == mth(leaves)
    if not leaves:
        return
    size = data.draw(st.integers(1, len(leaves)))
    index = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(0, size))
    assert merkle.root(size, node) == theirs.get_state(size)
    path = merkle.inclusion(index, size, node)
    assert [merkle.leaf_hash(leaves[index]), *path] == [
        bytes.fromhex(step) for step in theirs.prove_inclusion(index + 1, size).serialize()["path"]
    ]
    assert merkle.proves_inclusion(merkle.leaf_hash(leaves[index]), index, size, path, mth(leaves[:size]))
    steps = merkle.consistency(old, size, node)
    assert merkle.proves_consistency(old, size, mth(leaves[:old]), mth(leaves[:size]), steps)


@given(st.integers(1, 40), st.data())
def test_false_claims_are_refused(size: int, data: st.DataObject) -> None:
    """Prevents a verifier that takes a proof of another leaf, place, size, root or length."""
    leaves = [bytes([n]) for n in range(size)]
    node, root = node_of(leaves), mth(leaves)
    index = data.draw(st.integers(0, size - 1))
    hashed, path = merkle.leaf_hash(leaves[index]), merkle.inclusion(index, size, node)
    other = data.draw(st.integers(-1, size + 1).filter(lambda n: n != index))
    assert not merkle.proves_inclusion(hashed, other, size, path, root)
    assert not merkle.proves_inclusion(merkle.leaf_hash(b"other"), index, size, path, root)
    assert not merkle.proves_inclusion(hashed, index, size, [*path, hashed], root)
    assert not merkle.proves_inclusion(hashed, index, size, path, mth([*leaves, b"x"]))
    old = data.draw(st.integers(1, size))
    steps = merkle.consistency(old, size, node)
    rewritten = mth([*leaves[: old - 1], b"rewritten"])
    assert not merkle.proves_consistency(old, size, rewritten, root, steps)
    assert not merkle.proves_consistency(old, size, mth(leaves[:old]), root, [*steps, root])
    if steps:
        assert not merkle.proves_consistency(old, size, mth(leaves[:old]), root, steps[:-1])


@pytest.mark.parametrize(("index", "size"), [(0, 0), (3, 3), (-1, 3)])
def test_no_proof_of_what_is_not_there(index: int, size: int) -> None:
    """Prevents a proof for a leaf outside the tree."""
    with pytest.raises(ValueError, match="no leaf"):
        merkle.inclusion(index, size, node_of([b"a", b"b", b"c"]))
