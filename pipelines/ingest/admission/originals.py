"""Keeps every admitted file unchanged under its sha256, and knows a file again cheaply.

source -> hashed while copied -> proved against the source -> originals/<sha[:2]>/<sha256>.
The proof of a large file runs while the file is already being read (at_hand.py); `confirm` waits for it.
The fingerprint cache (path, size, mtime, inode -> sha256) only saves reading; a file's identity is its
sha256. A source modified less than two seconds before it was read is not cached: clocks of file systems are
coarse.
"""

import hashlib
import json
import os
import time
import uuid
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from lakehouse.durable import fsync_path, make_folder
from pipelines.ingest.admission.copying import Look, copy, look, prove
from pipelines.ingest.admission.source import Source, SourceTouched, open_source
from pipelines.ingest.records import FileRejected
from pipelines.ingest.rules import Rule

FINGERPRINTS = "fingerprints.jsonl"
# Waiting folders are forced to the disk together.
FSYNCS = 8
SETTLED_NS = 2_000_000_000
# From here on the proof of a copy is worth a thread of its own, and reading its source is worth an open file.
LARGE = 64 << 20
# Of so many large files in a run the sources are kept open; a process may have about a thousand files open.
OPEN_SOURCES = 64


@dataclass(frozen=True)
class Original:
    """A kept file.

    Attributes:
        proof: Of a large copy, while it may still be under way.
        source: What a large file was just copied from.
    """

    sha256: str
    size: int
    path: Path
    proof: Future[None] | None = field(default=None, compare=False, repr=False)
    source: Source | None = field(default=None, compare=False, repr=False)

    def confirm(self) -> None:
        """Waits until the copy is durable and proved; call before anything read from it is committed.

        Raises:
            FileRejected: DQ-FIL-005 when the source changed while it was copied.
            SourceTouched: The source was read, and touched since it was copied.
        """
        if self.proof:
            self.proof.result()
        if self.source and self.path == self.source.path and not self.source.is_untouched:
            raise SourceTouched

    def from_copy(self) -> "Original":
        """The same, read from nothing but the copy."""
        return replace(self, source=None)


@dataclass
class Originals:
    """The folder of originals of one lake; `known` is the fingerprint cache."""

    folder: Path
    known: dict[str, Look] = field(default_factory=dict)
    fresh: dict[str, Look] = field(default_factory=dict)
    touched: set[Path] = field(default_factory=set)
    provers: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1))
    proofs: list[Future[None]] = field(default_factory=list)
    open_sources: int = 0

    @classmethod
    def open(cls, folder: Path) -> "Originals":
        """Opens the folder; a lost or damaged cache costs time only."""
        make_folder(folder)
        return cls(folder, _read_fingerprints(folder / FINGERPRINTS))

    @property
    def scratch(self) -> Path:
        """Folder for copies under way and temporary files."""
        scratch = self.folder / ".incoming"
        scratch.mkdir(exist_ok=True)
        return scratch

    def sweep(self) -> None:
        """Removes copies that a run broken off left half made; only the lake's writer may call this."""
        drafts = (*self.folder.glob(".*.draft"), *self.folder.glob(".archives/.*.draft"))
        for draft in (*self.scratch.iterdir(), *drafts):
            draft.unlink()

    def recall(self, source: Path) -> Original | None:
        """The original of a source that looks as it did when it was kept."""
        try:
            before = look(source)
        except OSError:
            return None
        if not (sha256 := self._remembered(source, before)):
            return None
        kept = self.path_of(sha256)
        return Original(sha256, int(before[0]), kept) if kept.exists() else None

    def admit(self, source: Path, *, is_table: bool = True) -> Original:
        """Keeps a copy of the source and tells its identity.

        Args:
            source: The file.
            is_table: Its rows may be read from the source; members of an archive are taken from the copy.

        Raises:
            FileRejected: DQ-FIL-005 when the source changed while it was read, DQ-FIL-002 when it cannot be
            read.
        """
        with _refusing():
            return self.recall(source) or self._copy(source, look(source), is_table)

    def new_bytes(self, sources: Iterable[Path]) -> int:
        """Bytes of the sources that are not kept yet, as far as the cache knows without reading them."""
        total = 0
        for source in sources:
            try:
                before = look(source)
            except OSError:
                continue  # taken away or not readable: admission says so by name
            total += 0 if self._remembered(source, before) else int(before[0])
        return total

    def keep(self, content: Iterable[bytes]) -> Original:
        """Keeps content that comes in pieces, such as a member of an archive; an error keeps nothing."""
        draft, digest, size = self.scratch / uuid.uuid4().hex, hashlib.sha256(), 0
        try:
            with draft.open("wb") as kept:
                for piece in content:
                    digest.update(piece)
                    size += kept.write(piece)
                kept.flush()
                os.fsync(kept.fileno())
            original = Original(digest.hexdigest(), size, self.path_of(digest.hexdigest()))
            original.path.parent.mkdir(exist_ok=True)
            draft.replace(original.path)
        finally:
            draft.unlink(missing_ok=True)
        self.touched.add(original.path.parent)
        return original

    def path_of(self, sha256: str) -> Path:
        """Where an original lies."""
        return self.folder / sha256[:2] / sha256

    def settle(self) -> None:
        """Makes the names of new originals durable; call before any row is committed."""
        if self.touched:
            with ThreadPoolExecutor(FSYNCS) as pool:
                list(pool.map(fsync_path, self.touched))
            fsync_path(self.folder)
        self.touched.clear()

    def remember(self) -> None:
        """Waits for the proofs under way and adds to the cache; call when the work is done."""
        wait(self.proofs)
        self.proofs.clear()
        lines = [json.dumps([source, *entry]) for source, entry in self.fresh.items()]
        if lines:
            # The empty line keeps a line that was cut short before from spoiling the next one too.
            with (self.folder / FINGERPRINTS).open("a") as out:
                out.write("\n".join(["", *lines, ""]))
        self.fresh.clear()

    def _remembered(self, source: Path, before: Look) -> str | None:
        entry = self.known.get(str(source))
        return str(entry[-1]) if entry and entry[:-1] == before else None

    def _copy(self, source: Path, before: Look, is_table: bool) -> Original:
        draft, size = self.scratch / uuid.uuid4().hex, int(before[0])
        is_large = size >= LARGE
        at_hand = self._opened(source) if is_large and is_table else None
        is_direct = at_hand is not None
        try:
            sha256 = copy(source, draft, size, is_direct=is_direct)
            if not is_large:
                self._prove(source, draft, sha256, before, is_direct)
            kept = self.path_of(sha256)
            kept.parent.mkdir(exist_ok=True)
            draft.replace(kept)
        finally:
            draft.unlink(missing_ok=True)
        self.touched.add(kept.parent)
        if not is_large:
            return Original(sha256, size, kept)
        proof = self.provers.submit(self._prove, source, kept, sha256, before, is_direct)
        self.proofs.append(proof)
        return Original(sha256, size, kept, proof, at_hand)

    def _opened(self, source: Path) -> Source | None:
        if self.open_sources >= OPEN_SOURCES:
            return None
        self.open_sources += 1
        return open_source(source)

    def _prove(self, source: Path, kept: Path, sha256: str, before: Look, is_direct: bool) -> None:
        with _refusing():
            prove(source, kept, before, is_direct=is_direct)
        if time.time_ns() - int(before[1]) > SETTLED_NS:
            self.known[str(source)] = self.fresh[str(source)] = [*before, sha256]


@contextmanager
def _refusing() -> Iterator[None]:
    """A source that cannot be read is refused by name, and stops nobody."""
    try:
        yield
    except FileNotFoundError as error:
        raise FileRejected(Rule.CHANGED, "读取前被移走 | Taken away before it was read") from error
    except PermissionError as error:
        raise FileRejected(Rule.UNREADABLE, f"无读取权限：{error} | May not be read: {error}") from error


def _read_fingerprints(path: Path) -> dict[str, Look]:
    """The newest entry of each source; what cannot be read is as if it were not there."""
    known: dict[str, Look] = {}
    for line in path.read_text("utf-8", "replace").splitlines() if path.is_file() else ():
        try:
            source, *entry = json.loads(line)
            known[source] = entry
        except (ValueError, TypeError):
            continue
    return known
