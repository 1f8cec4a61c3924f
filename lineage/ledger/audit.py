"""The ledger against itself, its signed checkpoints and its witness: every leaf hashed again, in one pass.

rows -> leaf hashes, subtrees, canonical form -> roots at every signed size -> findings, first one first.
A ledger that nobody witnessed can only be shown to be whole, not to be the first one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from lineage.ledger import merkle
from lineage.ledger.act import BadLeaf, decode, instant
from lineage.ledger.checkpoint import Checkpoint, SignedCheckpoint, open_under
from lineage.ledger.ledger import Ledger
from lineage.ledger.note import BadNote
from lineage.ledger.sealing import KnownKeys
from lineage.ledger.store import UNREADABLE

MOST_FINDINGS = 100


@dataclass(frozen=True)
class Audit:
    """What an audit of the ledger found.

    Attributes:
        size: Leaves read.
        root: The root over them, hex.
        seals: Signed checkpoints that were compared.
        witnessed: Leaves under the largest countersigned checkpoint that holds; 0 when none is.
        clock_back: Leaves that were written while the clock stood behind an earlier one.
        findings: Everything that is not as it was written; empty is good.
    """

    size: int
    root: str
    seals: int
    witnessed: int
    clock_back: int
    findings: tuple[str, ...]


@dataclass(frozen=True)
class Claim:
    """A signed checkpoint and where it was found."""

    place: str
    signed: SignedCheckpoint


def audit(
    ledger: Ledger, keys: KnownKeys, newest: bytes | None, witness_note: bytes | None, *, is_read: bool = True
) -> Audit:
    """Checks everything.

    Args:
        newest: The checkpoint file beside the ledger.
        witness_note: The newest checkpoint the witness remembers, from the witness.
        is_read: Also parse every leaf as an act; without, only its hash is taken.
    """
    findings: list[str] = []
    claims = list(_claims(ledger, keys, newest, witness_note, findings))
    walk = Walk({claim.signed.checkpoint.size for claim in claims}, is_read=is_read)
    try:
        for position, body, hashes in ledger.rows():
            walk.take(position, body, hashes)
    except (*UNREADABLE, TypeError) as error:
        walk.findings.append(
            f"账本文件损坏 | the ledger's file is damaged behind leaf {walk.size - 1}: {error}"
        )
    good = [claim for claim in claims if _holds(claim, walk, findings)]
    witnessed = max((c.signed.checkpoint.size for c in good if c.signed.cosigned), default=0)
    return Audit(
        walk.size,
        walk.frontier.root().hex(),
        len(claims),
        witnessed,
        walk.clock_back,
        (*walk.findings, *findings)[:MOST_FINDINGS],
    )


class Walk:
    """One pass over all leaves, with the roots at the sizes somebody signed."""

    def __init__(self, sizes: set[int], *, is_read: bool) -> None:
        self.frontier = merkle.Frontier()
        self.roots = {0: merkle.EMPTY_ROOT}
        self.findings: list[str] = []
        self.clock_back = 0
        self._sizes = sizes
        self._is_read = is_read
        self._latest = ""

    @property
    def size(self) -> int:
        """Leaves taken."""
        return self.frontier.size

    def take(self, position: int, body: bytes, hashes: bytes) -> None:
        """The next row."""
        if position != self.size:
            self._find(f"第 {self.size} 条缺失 | leaf {self.size} is missing, {position} follows")
        completed = self.frontier.add(merkle.leaf_hash(body))
        if b"".join(completed) != hashes:
            self._find(f"第 {position} 条与其散列不符 | leaf {position} does not fit the hashes kept with it")
        if self._is_read:
            self._read(position, body)
        if self.size in self._sizes:
            self.roots[self.size] = self.frontier.root()

    def _read(self, position: int, body: bytes) -> None:
        try:
            entry = decode(position, body)
        except BadLeaf as error:
            self._find(f"第 {position} 条无法解读 | {error}")
            return
        at = instant(entry.at)
        if entry.clock_back != (at < self._latest):
            self._find(
                f"第 {position} 条时间标记不符 | leaf {position}: its time does not fit its clock mark"
            )
        self.clock_back += entry.clock_back
        self._latest = max(at, self._latest)

    def _find(self, finding: str) -> None:
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(finding)


def _claims(
    ledger: Ledger, keys: KnownKeys, newest: bytes | None, witness_note: bytes | None, findings: list[str]
) -> Iterator[Claim]:
    """Every signed checkpoint whose signatures hold; the others are findings."""
    try:
        found = [(f"seal {number}", note) for number, note in enumerate(ledger.notes(), start=1)]
    except UNREADABLE as error:
        findings.append(f"封存记录损坏 | the ledger's signed checkpoints cannot be read: {error}")
        found = []
    # A crash may come between the two, so the file may be older than the newest seal; but it is one of them.
    if newest is not None and newest not in [note for _, note in found]:
        findings.append("封存文件不在账本中 | the `checkpoint` file beside the ledger is none of its seals")
    if newest is not None:
        found.append(("the checkpoint file", newest))
    if witness_note is not None:
        found.append(("the witness's checkpoint", witness_note))
    known: dict[bytes, SignedCheckpoint] = {}
    for place, note in found:
        try:
            digest = sha256(note).digest()
            known[digest] = known.get(digest) or open_under(note, keys.logs, keys.witnesses)
            yield Claim(place, known[digest])
        except (BadNote, TypeError) as error:
            findings.append(f"{place} 签名无效 | {place}: {error}")


def _holds(claim: Claim, walk: Walk, findings: list[str]) -> bool:
    checkpoint: Checkpoint = claim.signed.checkpoint
    if checkpoint.size > walk.size:
        findings.append(
            f"账本被回退：{claim.place} 含 {checkpoint.size} 条，现存 {walk.size} 条 | rolled back: "
            f"{claim.place} was signed over {checkpoint.size} leaves, the ledger holds {walk.size}"
        )
        return False
    if walk.roots[checkpoint.size] != checkpoint.root:
        findings.append(
            f"账本被改写或分叉：前 {checkpoint.size} 条与 {claim.place} 不符 | rewritten or forked: "
            f"the first {checkpoint.size} leaves are not those of {claim.place}"
        )
        return False
    return True
