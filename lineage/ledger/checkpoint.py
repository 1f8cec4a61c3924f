"""Checkpoints (C2SP tlog-checkpoint): the log's name, its size and its root, signed; what a stranger keeps.

Whoever holds one can tell later whether the ledger of today still begins with the one of then.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Self

from lineage.ledger.note import (
    BadNote,
    Note,
    SigningKey,
    VerifierKey,
    decode_hash,
    encode_hash,
)

SIZE = re.compile(r"0|[1-9][0-9]{0,15}")
LINES = 3


@dataclass(frozen=True)
class Checkpoint:
    """The state of a log: its name, how many leaves it has, and the root over them."""

    origin: str
    size: int
    root: bytes

    def __str__(self) -> str:
        return f"{self.origin}\n{self.size}\n{encode_hash(self.root)}\n"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Reads the text of a checkpoint; there are no extension lines in ours.

        Raises:
            BadNote: It is none.
        """
        lines = text.removesuffix("\n").split("\n")
        if len(lines) != LINES or not lines[0] or not SIZE.fullmatch(lines[1]):
            raise BadNote("a checkpoint has three lines: origin, size, root")
        found = cls(lines[0], int(lines[1]), decode_hash(lines[2]))
        if str(found) != text:
            raise BadNote("the checkpoint is not in its canonical form")
        return found


@dataclass(frozen=True)
class SignedCheckpoint:
    """A checkpoint whose log signature holds, and who countersigned it when.

    Attributes:
        log: The key of the log that signed it.
        note: The bytes that were read.
        cosigned: Second of the countersignature, by witness.
    """

    checkpoint: Checkpoint
    log: VerifierKey
    note: bytes
    cosigned: Mapping[VerifierKey, int] = field(hash=False)


def open_under(
    content: bytes, logs: Collection[VerifierKey], witnesses: Collection[VerifierKey] = ()
) -> SignedCheckpoint:
    """Reads a checkpoint that one of several logs signed: the present one, or one it followed.

    Raises:
        BadNote: It is none of theirs, or the log or a known witness did not sign these bytes.
    """
    origin = content.partition(b"\n")[0]
    for log in logs:
        if log.name.encode() == origin:
            return open_checkpoint(content, log, witnesses)
    raise BadNote(
        f"the checkpoint is of the log {origin.decode('utf-8', 'replace')}, which is not known here"
    )


def sign(checkpoint: Checkpoint, key: SigningKey) -> bytes:
    """The signed note of a checkpoint; a log signs only under its own name."""
    if key.verifier.name != checkpoint.origin:
        raise BadNote(f"{key.verifier.name} does not sign for {checkpoint.origin}")
    text = str(checkpoint)
    return bytes(Note(text, (key.sign(text),)))


def open_checkpoint(
    content: bytes, log: VerifierKey, witnesses: Collection[VerifierKey] = ()
) -> SignedCheckpoint:
    """Reads a signed checkpoint of a log.

    Raises:
        BadNote: It is none, or the log or a known witness did not sign these bytes.
    """
    note = Note.parse(content)
    checkpoint = Checkpoint.parse(note.text)
    times = note.times((log, *witnesses))
    if checkpoint.origin != log.name or log not in times:
        raise BadNote(f"the checkpoint is not signed by the log {log.name}")
    return SignedCheckpoint(checkpoint, log, content, {key: times[key] for key in witnesses if key in times})
