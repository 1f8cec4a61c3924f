"""A witness: another key in another place that countersigns a log's checkpoints and remembers the newest one.

request (C2SP tlog-witness: old size, consistency proof, checkpoint) -> all checked -> cosignature/v1 line.
It never signs a smaller tree or one that does not begin with what it signed before, so a log that is rolled
back, forked or rewritten cannot get its signature again, and the remembered checkpoint proves it.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from lakehouse.durable import make_folder, write_atomic
from lineage.ledger import merkle
from lineage.ledger.checkpoint import Checkpoint, SignedCheckpoint, open_checkpoint
from lineage.ledger.keys import PUBLIC, public_key, witness_key
from lineage.ledger.note import BadNote, Note, Signature, VerifierKey, decode_hash, encode_hash
from lineage.ledger.refusals import WitnessUnreachable

LOGS = "logs.vkeys"
ROLE = "witness"
MOST_PROOF_LINES = 63


class WitnessRefused(RuntimeError):
    """The witness does not sign.

    Attributes:
        status: 400 malformed, 403 not signed by the log, 404 unknown log, 409 another size is known,
            422 the proof does not hold.
        known_size: With 409: the size the witness signed last.
    """

    def __init__(self, status: int, message: str, known_size: int | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.known_size = known_size


class Witness(Protocol):
    """What a log needs of its witness, wherever that is."""

    def key(self) -> VerifierKey:
        """The witness's public key, to be compared with the one pinned."""

    def add_checkpoint(self, request: bytes) -> Signature:
        """Asks for a countersignature; raises WitnessRefused."""

    def newest(self, origin: str) -> bytes | None:
        """The newest checkpoint of a log that the witness signed, with its signature."""


def request_bytes(old: int, proof: Sequence[bytes], note: bytes) -> bytes:
    """The body of a request to a witness."""
    lines = "".join(f"{encode_hash(step)}\n" for step in proof)
    return f"old {old}\n{lines}\n".encode() + note


@dataclass(frozen=True)
class Request:
    """A request as a witness reads it."""

    old: int
    proof: tuple[bytes, ...]
    note: bytes

    @classmethod
    def parse(cls, content: bytes) -> Request:
        """Reads a request.

        Raises:
            BadNote: It is malformed.
        """
        head, found, note = content.partition(b"\n\n")
        lines = head.decode("utf-8", "replace").split("\n")
        size = lines[0].removeprefix("old ")
        if not found or not lines[0].startswith("old ") or not (size.isascii() and size.isdigit()):
            raise BadNote("a request begins with `old <size>` and ends with a checkpoint")
        if len(lines) > MOST_PROOF_LINES + 1 or len(size) > len(str(2**53)) or size != str(int(size)):
            raise BadNote("a request has at most 63 lines of proof and a plain size")
        return cls(int(size), tuple(decode_hash(line) for line in lines[1:]), note)


@dataclass(frozen=True)
class DirectoryWitness:
    """A witness whose key and memory lie in a folder: mounted from elsewhere, or behind the HTTP door.

    It is as separate from the log's operator as the folder's permissions are.
    """

    folder: Path
    clock: Callable[[], float] = field(default=time.time, repr=False)

    def key(self) -> VerifierKey:
        """The public key.

        Raises:
            WitnessUnreachable: The folder is not there, or no witness's.
        """
        if not (self.folder / f"{ROLE}{PUBLIC}").is_file():
            raise WitnessUnreachable(
                f"见证目录 {self.folder} 不存在或未初始化 | {self.folder} is not there or no witness's "
                "folder: mount it, or make one with `medlake evidence witness init`"
            )
        return public_key(self.folder, ROLE)

    def trust(self, log: VerifierKey) -> None:
        """Makes a log known; its own key once it was made."""
        witness_key(self.folder)
        known = self._logs()
        if any(key.name == log.name and key != log for key in known):
            raise WitnessRefused(403, f"{log.name} 已以另一密钥登记 | {log.name} is known with another key")
        if log not in known:
            content = "".join(f"{key}\n" for key in (*known, log))
            write_atomic(self.folder / LOGS, content.encode())

    def newest(self, origin: str) -> bytes | None:
        """The newest checkpoint signed for a log, or None.

        Raises:
            WitnessUnreachable: The folder is not there.
        """
        self.key()
        path = self._path(origin)
        return path.read_bytes() if path.is_file() else None

    def add_checkpoint(self, request: bytes) -> Signature:
        """Countersigns a checkpoint that continues the one signed before.

        Raises:
            WitnessRefused: It does not, or the request is not in order.
        """
        try:
            asked = Request.parse(request)
            log = self._log_of(Note.parse(asked.note))
            signed = open_checkpoint(asked.note, log)
        except BadNote as error:
            raise WitnessRefused(400, f"请求无效 | not a request of a known log: {error}") from error
        with self._alone():
            self._require_continuation(asked, signed.checkpoint, self._known(log))
            return self._sign(signed)

    def _sign(self, signed: SignedCheckpoint) -> Signature:
        """Remembers before it hands out: what it forgot it could sign twice."""
        note = Note.parse(signed.note)
        second = int(self.clock())
        signature = witness_key(self.folder).sign(note.text, second=second)
        kept = Note(note.text, (*note.signatures[:1], signature))
        write_atomic(self._path(signed.checkpoint.origin), bytes(kept))
        return signature

    def _require_continuation(self, asked: Request, new: Checkpoint, known: Checkpoint | None) -> None:
        known = known or Checkpoint(new.origin, 0, merkle.EMPTY_ROOT)
        if asked.old > new.size:
            raise WitnessRefused(400, f"旧大小大于新大小 | old size {asked.old} is above {new.size}")
        if asked.old != known.size:
            raise WitnessRefused(
                409, f"见证者已签署 {known.size} 条 | the witness has signed {known.size} leaves", known.size
            )
        if not merkle.proves_consistency(known.size, new.size, known.root, new.root, asked.proof):
            raise WitnessRefused(
                422,
                f"与已见证的历史不一致 | this history of {new.size} leaves does not begin with the "
                f"{known.size} leaves that were witnessed",
            )

    def _known(self, log: VerifierKey) -> Checkpoint | None:
        kept = self.newest(log.name)
        return open_checkpoint(kept, log, [self.key()]).checkpoint if kept else None

    def _log_of(self, note: Note) -> VerifierKey:
        origin = note.text.partition("\n")[0]
        for key in self._logs():
            if key.name == origin:
                return key
        raise WitnessRefused(404, f"未知账本 {origin} | the witness does not know the log {origin}")

    def _logs(self) -> list[VerifierKey]:
        path = self.folder / LOGS
        return [VerifierKey.parse(line) for line in path.read_text().splitlines()] if path.is_file() else []

    def _path(self, origin: str) -> Path:
        return self.folder / f"{sha256(origin.encode()).hexdigest()}.checkpoint"

    @contextmanager
    def _alone(self) -> Iterator[None]:
        make_folder(self.folder)
        handle = os.open(self.folder, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)
