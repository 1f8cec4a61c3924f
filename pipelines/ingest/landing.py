"""Finds extracts: which file in which landing root belongs to which contracts.

landing roots + globs of the contracts -> LandingFile(name below its root, contracts), by name.
In the lake's own drop zone (the first root) every file counts, so that nothing lies there unseen; in the
other roots, which belong to someone else, only what a contract names. Links are not followed.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from os import DirEntry, scandir
from pathlib import Path, PurePosixPath

from quality_rules.contract import Contract


@dataclass(frozen=True)
class LandingFile:
    """A file to look at.

    Attributes:
        path: Where it lies.
        name: Its path below the landing root, with forward slashes; the name it keeps in all records.
        contracts: Ids of the contracts that name it, in order; empty when none does.
    """

    path: Path
    name: str
    contracts: tuple[str, ...]


def find_files(roots: Sequence[Path], contracts: Mapping[str, Contract]) -> list[LandingFile]:
    """All files to look at, by name; the same name in two roots keeps the order of the roots."""
    by_folder: dict[str, list[Contract]] = defaultdict(list)
    for contract in contracts.values():
        by_folder[str(PurePosixPath(contract.path).parent)].append(contract)
    found = []
    for position, root in enumerate(roots):
        folders = list(by_folder)
        entries = _walk(root, "") if position == 0 else _listed(root, folders)
        for name, path in entries:
            ids = _claims(name, by_folder)
            if ids or position == 0:
                found.append(LandingFile(path, name, ids))
    return sorted(found, key=lambda file: file.name)


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


def _claims(name: str, by_folder: Mapping[str, list[Contract]]) -> tuple[str, ...]:
    folder, _, file = name.rpartition("/")
    rivals = by_folder.get(folder or ".", ())
    return tuple(c.id for c in rivals if _pattern(PurePosixPath(c.path).name).fullmatch(file))


@lru_cache
def _pattern(glob: str) -> re.Pattern[str]:
    """A file-name glob of `*` and `?`; a compressed twin of every named file is welcome too."""
    body = "".join({"*": ".*", "?": "."}.get(char, re.escape(char)) for char in glob)
    return re.compile(body + r"(?:\.gz)?", re.DOTALL)
