"""A proof of one leaf for somebody who has nothing of ours but two public keys.

leaf bytes + path + signed checkpoint -> C2SP tlog-proof text, or JSON. The checkpoint is the first witnessed
one that covers the leaf, else the first signed one, so that the same leaf keeps its proof.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from lakehouse.settings import Settings
from lineage.ledger import merkle
from lineage.ledger.act import canonical_json
from lineage.ledger.checkpoint import SignedCheckpoint, open_under
from lineage.ledger.ledger import Ledger, NoLedger
from lineage.ledger.note import encode_hash
from lineage.ledger.sealing import known_keys

HEADER = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True)
class Proof:
    """That a leaf stands under a signed checkpoint.

    Attributes:
        index: The leaf's place.
        body: Its bytes.
        path: Hashes from the leaf to the root.
        checkpoint: What the log, and perhaps its witness, signed.
    """

    index: int
    body: bytes
    path: tuple[bytes, ...]
    checkpoint: SignedCheckpoint

    def text(self) -> bytes:
        """The proof without the leaf: header, index, path, and the checkpoint as it was signed."""
        steps = "".join(f"{encode_hash(step)}\n" for step in self.path)
        return f"{HEADER}\nindex {self.index}\n{steps}\n".encode() + self.checkpoint.note

    def as_json(self) -> bytes:
        """Leaf and proof in one JSON object."""
        return canonical_json({"leaf": self.body.decode(), "proof": self.text().decode()})

    def holds(self) -> bool:
        """Whether the path leads to the checkpoint's root; the signatures were checked when it was opened."""
        point = self.checkpoint.checkpoint
        return merkle.proves_inclusion(
            merkle.leaf_hash(self.body), self.index, point.size, self.path, point.root
        )

    @classmethod
    def under(cls, ledger: Ledger, index: int, signed: SignedCheckpoint) -> Self:
        """The proof of a leaf under one checkpoint."""
        path = ledger.inclusion(index, signed.checkpoint.size)
        return cls(index, ledger.entry(index).body, tuple(path), signed)


def proof_of(settings: Settings, ledger: Ledger, index: int) -> Proof:
    """The proof of a leaf.

    Raises:
        NoLedger: There is no such leaf, or none sealed yet.
    """
    ledger.entry(index)
    return Proof.under(ledger, index, covering(settings, ledger, index))


def covering(settings: Settings, ledger: Ledger, index: int) -> SignedCheckpoint:
    """The checkpoint that shows a leaf: the first witnessed one over it, else the first signed one.

    Raises:
        NoLedger: None covers it yet.
    """
    keys, first = known_keys(settings), None
    for note in ledger.notes_over(index):
        signed = open_under(note, keys.logs, keys.witnesses)
        if signed.cosigned:
            return signed
        first = first or signed
    if first is None:
        raise NoLedger(
            f"第 {index} 条尚未封存 | leaf {index} is not sealed yet: `medlake evidence checkpoint` seals it"
        )
    return first
