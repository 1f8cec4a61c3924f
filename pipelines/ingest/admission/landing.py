"""Finds extracts: which file in which landing root belongs to which contracts.

landing roots + globs of the contracts -> LandingFile(name below its root, contracts), by name.
In the lake's own drop zone (the first root) every file counts, so that nothing lies there unseen; in the
other roots, which belong to someone else, only what a contract names. Links are not followed.
An archive is claimed through its members: by the name of each, in the folder where the archive lies.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from os import DirEntry, scandir
from pathlib import Path, PurePosixPath

from pipelines.ingest.admission.archives import is_archive
from quality_rules.contract import Contract


@dataclass(frozen=True)
class LandingFile:
    """A file to look at.

    Attributes:
        path: Where it lies.
        name: Its path below the landing root, with forward slashes; the name it keeps in all records.
        contracts: Ids of the contracts that name it, in order; empty when none does. For an archive, of
            those that take its members.
        is_archive: It holds the files that are meant.
        is_foreign: It lies in a root of someone else, where only what a contract names is taken.
    """

    path: Path
    name: str
    contracts: tuple[str, ...]
    is_archive: bool = False
    is_foreign: bool = False


@dataclass
class Claims:
    """Which contracts take which file name in which folder."""

    contracts: Mapping[str, Contract]
    by_folder: dict[str, list[Contract]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for contract in self.contracts.values():
            self.by_folder[str(PurePosixPath(contract.path).parent)].append(contract)

    def of_file(self, name: str) -> tuple[str, ...]:
        """Ids of the contracts that name a file, in order."""
        folder, _, file = name.rpartition("/")
        rivals = self.by_folder.get(folder or ".", ())
        return tuple(c.id for c in rivals if _pattern(PurePosixPath(c.path).name).fullmatch(file))

    def of_archive(self, name: str) -> tuple[str, ...]:
        """Ids of the contracts that expect their files in this archive."""
        folder, _, file = name.rpartition("/")
        rivals = self.by_folder.get(folder or ".", ())
        return tuple(c.id for c in rivals if c.archive and _pattern(c.archive).fullmatch(file))

    def of_member(self, archive: str, file: str) -> tuple[str, ...]:
        """Ids of the contracts that take a member by its bare name."""
        folder = archive.rpartition("/")[0]
        return self.of_file(f"{folder}/{file}" if folder else file)


def find_files(roots: Sequence[Path], contracts: Mapping[str, Contract]) -> list[LandingFile]:
    """All files to look at, by name; the same name in two roots keeps the order of the roots."""
    claims = Claims(contracts)
    found = []
    for position, root in enumerate(roots):
        entries = _listed(root, list(claims.by_folder)) if position else _walk(root, "")
        found += [_file(claims, name, path, is_foreign=bool(position)) for name, path in entries]
    return sorted((file for file in found if file.contracts or not file.is_foreign), key=lambda f: f.name)


def _file(claims: Claims, name: str, path: Path, *, is_foreign: bool) -> LandingFile:
    if (ids := claims.of_file(name)) or not is_archive(name):
        return LandingFile(path, name, ids, is_foreign=is_foreign)
    return LandingFile(path, name, claims.of_archive(name), is_archive=True, is_foreign=is_foreign)


def _walk(root: Path, below: str) -> Iterator[tuple[str, Path]]:
    """Every regular file of the drop zone."""
    for entry in _entries(root / below):
        name = f"{below}/{entry.name}" if below else entry.name
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(root, name)
        elif entry.is_file(follow_symlinks=False):
            yield name, Path(entry.path)


def _listed(root: Path, folders: Iterable[str]) -> Iterator[tuple[str, Path]]:
    """Regular files of the folders that contracts name, and of no other."""
    for folder in folders:
        if re.search(r"[*?\[]", folder):
            raise ValueError(f"contract path {folder}: wildcards stand in the file name only")
        for entry in _entries(root / folder):
            if entry.is_file(follow_symlinks=False):
                yield f"{folder}/{entry.name}", Path(entry.path)


def _entries(folder: Path) -> list[DirEntry[str]]:
    if not folder.is_dir():
        return []
    with scandir(folder) as entries:
        return sorted(entries, key=lambda entry: entry.name)


@lru_cache
def _pattern(glob: str) -> re.Pattern[str]:
    """A file-name glob of `*` and `?`; a compressed twin of every named file is welcome too."""
    body = "".join({"*": ".*", "?": "."}.get(char, re.escape(char)) for char in glob)
    return re.compile(body + r"(?:\.gz)?", re.DOTALL)
