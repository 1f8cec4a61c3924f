"""One step of a chain of evidence, and how it is proved: its leaf under a seal, its bytes on the disk.

leaf + newest countersigned seal, else newest seal -> Link with proof state; chain.py puts them in order.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from lakehouse.durable import sha256_of
from lineage.ledger import merkle
from lineage.ledger.act import Entry
from lineage.ledger.checkpoint import SignedCheckpoint, open_under
from lineage.ledger.ledger import Ledger
from lineage.ledger.sealing import KnownKeys

PREFIX = "sha256:"
Stage = Literal["file", "commit", "gate", "model", "release", "signature", "seal"]
# witnessed: under a checkpoint that a second key countersigned; sealed: under the log's own signature only.
Proof = Literal["witnessed", "sealed", "unsealed", "broken", "none"]
# What lies on the disk against the digest in the leaf; unasked where a leaf names no file.
Bytes = Literal["same", "differs", "gone", "unasked"]


@dataclass(frozen=True)
class Origin:
    """A source file that a lot or a number rests on, and which of its records do."""

    source_table: str
    file_name: str
    sha256: str
    rows: str


@dataclass(frozen=True)
class Link:
    """One step.

    Attributes:
        what: The object: a file, a table, a gate, a release.
        note: Which part of it counts: records of a file, rules of a gate, a role.
        digest: What the leaf vouches for, hex.
        index: Place of the leaf, None where there is none.
    """

    stage: Stage
    what: str
    note: str
    who: str
    at: datetime | None
    why: str
    digest: str
    index: int | None
    proof: Proof
    bytes: Bytes


@dataclass(frozen=True)
class Prover:
    """Proves leaves under the newest countersigned seal, else under the newest seal."""

    ledger: Ledger
    sealed: SignedCheckpoint | None
    witnessed: SignedCheckpoint | None

    def link(self, stage: Stage, entry: Entry, *, note: str = "", found: Path | None = None) -> Link:
        """One leaf as a step; ``found`` is the file that its digest vouches for."""
        act = entry.act
        digest = str(act.after or "").removeprefix(PREFIX)
        state = bytes_of(found, digest) if found else "unasked"
        return Link(
            stage, act.what, note, act.who, entry.at, act.why, digest, entry.index, self._proof(entry), state
        )

    def seal(self) -> Iterator[Link]:
        """What the proofs end in: the signed checkpoint, who countersigned it, and when."""
        signed = self.witnessed or self.sealed
        if signed is None:
            return
        point, seconds = signed.checkpoint, max(signed.cosigned.values(), default=None)
        at = None if seconds is None else datetime.fromtimestamp(seconds, UTC)
        who = ", ".join(sorted(key.name for key in (signed.log, *signed.cosigned)))
        proof: Proof = "witnessed" if signed.cosigned else "sealed"
        size = f"{point.size}"
        yield Link("seal", point.origin, size, who, at, "", point.root.hex(), None, proof, "unasked")

    def _proof(self, entry: Entry) -> Proof:
        for state, signed in (("witnessed", self.witnessed), ("sealed", self.sealed)):
            if signed is not None and entry.index < signed.checkpoint.size:
                return state if self._holds(entry, signed) else "broken"  # type: ignore[return-value]
        return "unsealed"

    def _holds(self, entry: Entry, signed: SignedCheckpoint) -> bool:
        point = signed.checkpoint
        path = tuple(self.ledger.inclusion(entry.index, point.size))
        return merkle.proves_inclusion(
            merkle.leaf_hash(entry.body), entry.index, point.size, path, point.root
        )


def prover_of(ledger: Ledger, keys: KnownKeys) -> Prover:
    """Return what proves the leaves of a ledger: its newest seal, and the newest that is countersigned."""
    newest = witnessed = None
    for note in reversed(ledger.notes()):
        signed = open_under(note, keys.logs, keys.witnesses)
        newest = newest or signed
        if signed.cosigned:
            witnessed = signed
            break
        if not keys.witnesses:
            break
    return Prover(ledger, newest, witnessed)


def bytes_of(path: Path, digest: str) -> Bytes:
    """Return whether a file on the disk has the bytes that a digest names."""
    if not path.is_file():
        return "gone"
    return "same" if sha256_of(path) == digest else "differs"
