"""A model of what a power cut leaves of a folder, played back from the diary that fault.c keeps.

A file system promises the bytes written before an fsync of their file and the names made before an fsync of
their folder. Everything later may be there, or not, or torn, or NUL, each on its own. It is a model: here no
controller lies.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Loss = Literal["drop", "half", "nul", "keep", "random"]
Names = Literal["lost", "kept", "random"]
FOLDER = -1


@dataclass(frozen=True)
class Operation:
    """One line of the diary."""

    name: str
    inode: int
    offset: int
    path: Path
    second: Path
    text: str
    content: bytes


def read_diary(path: Path) -> Iterator[Operation]:
    """The operations of one run, in the order in which they were done."""
    content, at = path.read_bytes(), 0
    while at < len(content):
        parts = []
        for _ in range(6):
            end = content.index(b"\0", at)
            parts.append(content[at:end].decode())
            at = end + 1
        name, inode, offset, length, first, second = parts
        size = int(length) if name == "write" else 0
        yield Operation(
            name, int(inode), int(offset), Path(first), Path(second), first, content[at : at + size]
        )
        at += size


@dataclass
class File:
    """Bytes on the disk, and what was done to them since the last fsync."""

    durable: bytes = b""
    pending: list[tuple[int, bytes | None]] = field(default_factory=list)

    def left(self, loss: Loss, dice: random.Random) -> bytes:
        """What a power cut leaves."""
        found = bytearray(self.durable)
        for number, (offset, content) in enumerate(self.pending):
            kept = _torn(content, loss, 2 * number < len(self.pending), dice)
            if content is None:
                if kept is None:
                    del found[offset:]
                    found.extend(b"\0" * (offset - len(found)))
            elif kept:
                found.extend(b"\0" * (offset - len(found)))
                found[offset : offset + len(kept)] = kept
        return bytes(found)

    def sync(self) -> None:
        self.durable = self.left("keep", random.Random(0))
        self.pending.clear()


def _torn(content: bytes | None, loss: Loss, is_early: bool, dice: random.Random) -> bytes | None:
    """What is left of one write (b"" is nothing); of a truncation (None) it is None when it took effect."""
    fate = dice.choice(("drop", "half", "nul", "keep")) if loss == "random" else loss
    if content is None:
        return b"" if fate == "drop" or (fate == "half" and not is_early) else None
    match fate:
        case "drop":
            return b""
        case "nul":
            return b"\0" * len(content)
        case "half":
            return content[: len(content) // 2] if is_early else b""
    return content


@dataclass
class Folder:
    """Names on the disk, and what was done to them since the last fsync; a node is an index, or FOLDER."""

    durable: dict[str, int] = field(default_factory=dict)
    pending: list[tuple[str, int | None]] = field(default_factory=list)

    def left(self, names: Names, dice: random.Random) -> dict[str, int]:
        """The names a power cut leaves; changes of one folder reach the disk in order."""
        reach = {"lost": 0, "kept": len(self.pending), "random": dice.randint(0, len(self.pending))}[names]
        found = dict(self.durable)
        for name, node in self.pending[:reach]:
            if node is None:
                found.pop(name, None)
            else:
                found[name] = node
        return found

    def now(self) -> dict[str, int]:
        return self.left("kept", random.Random(0))

    def sync(self) -> None:
        self.durable = self.now()
        self.pending.clear()


class Disk:
    """A folder and all below it; what lies there at the start is durable."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.files: list[File] = []
        self.inodes: dict[int, int] = {}
        self.folders: dict[Path, Folder] = {root: Folder()}
        for path in sorted(root.rglob("*")):
            if path.is_dir():
                self.folders[path] = Folder()
            self.folders[path.parent].durable[path.name] = FOLDER if path.is_dir() else self._add(path)

    def apply(self, op: Operation) -> None:
        """Plays one operation."""
        if op.name == "mark" or op.text.endswith(" (deleted)"):
            return
        getattr(self, f"_{op.name}")(op)

    def build(self, target: Path, loss: Loss, names: Names, dice: random.Random) -> None:
        """Writes what a power cut now would leave."""
        self._build(self.root, target, loss, names, dice)

    def _build(self, folder: Path, target: Path, loss: Loss, names: Names, dice: random.Random) -> None:
        target.mkdir(parents=True)
        for name, node in sorted(self.folders[folder].left(names, dice).items()):
            if node == FOLDER:
                self._build(folder / name, target / name, loss, names, dice)
            else:
                (target / name).write_bytes(self.files[node].left(loss, dice))

    def _add(self, path: Path) -> int:
        self.files.append(File(path.read_bytes()))
        self.inodes[path.stat().st_ino] = len(self.files) - 1
        return len(self.files) - 1

    def _set(self, path: Path, node: int | None) -> None:
        self.folders[path.parent].pending.append((path.name, node))

    def _create(self, op: Operation) -> None:
        self.files.append(File())
        self.inodes[op.inode] = len(self.files) - 1
        self._set(op.path, self.inodes[op.inode])

    def _write(self, op: Operation) -> None:
        self.files[self.inodes[op.inode]].pending.append((op.offset, op.content))

    def _truncate(self, op: Operation) -> None:
        self.files[self.inodes[op.inode]].pending.append((op.offset, None))

    def _fsync(self, op: Operation) -> None:
        if op.path in self.folders:
            self.folders[op.path].sync()
        else:
            self.files[self.inodes[op.inode]].sync()

    def _rename(self, op: Operation) -> None:
        self._link(op)
        self._set(op.path, None)

    def _link(self, op: Operation) -> None:
        self._set(op.second, self.folders[op.path.parent].now()[op.path.name])

    def _unlink(self, op: Operation) -> None:
        self._set(op.path, None)

    def _mkdir(self, op: Operation) -> None:
        self.folders[op.path] = Folder()
        self._set(op.path, FOLDER)
