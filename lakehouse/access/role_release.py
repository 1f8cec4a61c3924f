"""A role's release: a file of its own with what the role may see, copied and masked while copying.

release + manifest's sensitivities + policy + key -> <release>/roles/<role>-<digest>/ -> Release. Never a view
and never an update: what a role may not see is not in its bytes. Made when first asked for, told before it
can be opened, under a name that changes with policy, release and program, so a changed policy counts at once.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from lakehouse.access.grant import Grant
from lakehouse.access.masking import masking_key
from lakehouse.access.policy import Policy
from lakehouse.access.role_copy import RoleCopy
from lakehouse.durable import fsync_all, make_folder, sha256_of, write_atomic
from lakehouse.releases import Release, ReleaseDamaged
from lakehouse.releases.copying import Attachment, attach
from lakehouse.settings import Settings
from lakehouse.warehouse import connect
from lakehouse.writer import WAIT_SECONDS, silent
from lakehouse.writer_lock import WriterLock

FOLDER = "roles"
FACTS = "role.json"
# Raise it when the copy changes; files made before are then made anew.
VERSION = 2


@dataclass(frozen=True)
class RoleFacts:
    """What a role's file is, as it stands beside it.

    Attributes:
        warehouse: File, bytes and sha256.
        attachments: What was built beside it, as in a release's manifest.
        masked: Columns whose values are masked.
        withheld: Columns without values.
        left_out: Tables that are not there.
        seconds: How long the making took.
        sites: Plants whose rows it holds; empty when it is not made for plants.
    """

    role: str
    release: int
    policy_sha256: str
    warehouse: Mapping[str, Any]
    attachments: Mapping[str, Any]
    masked: tuple[str, ...]
    withheld: tuple[str, ...]
    left_out: tuple[str, ...]
    seconds: float
    sites: tuple[str, ...] = ()

    @property
    def reader(self) -> str:
        """The role, and for which plants, as it goes on record."""
        return f"{self.role} ({', '.join(self.sites)})" if self.sites else self.role


@dataclass(frozen=True)
class RoleRelease:
    """What a role opens; ``facts`` is None when it is the release itself, ``is_new`` when it was made now."""

    release: Release
    facts: RoleFacts | None
    is_new: bool


@dataclass(frozen=True)
class RoleFile:
    """A role's file that was made and that nobody can open yet.

    Attributes:
        folder: Name of the folder it will stand in.
        facts: What it is.
        facts_sha256: Digest of the facts as they are written, which vouch for every file beside them.
    """

    folder: str
    facts: RoleFacts
    facts_sha256: str


# Puts a file on record; called before anybody can open it.
Tell = Callable[[RoleFile], None]


def role_release(
    settings: Settings,
    release: Release,
    policy: Policy,
    grant: Grant,
    attachments: Mapping[str, Attachment],
    tell: Tell,
) -> RoleRelease:
    """The release as a role may see it, made if it is not there yet.

    Raises:
        NoRelease: It was made before sensitivities were kept, so nothing says what may be copied.
        BadPolicy: The policy names a column that the release does not have.
        ReleaseDamaged: The file is not what it was when it was made.
    """
    if grant.sees_everything:
        return RoleRelease(release, None, is_new=False)
    folder = role_folder(release, policy, grant)
    is_there = (folder / FACTS).is_file()
    making = _Making(settings, release, policy, grant, attachments, tell)
    is_new = not is_there and making.once(folder)
    facts = read_facts(folder)
    _require_whole(folder, facts)
    manifest = {**release.manifest, "warehouse": facts.warehouse, "attachments": facts.attachments}
    return RoleRelease(replace(release, path=folder, manifest=manifest), facts, is_new)


def role_folder(release: Release, policy: Policy, grant: Grant) -> Path:
    """Where a role's file of a release stands, or will, under this policy and program."""
    return release.path / FOLDER / f"{grant.file_name}-{_digest(release, policy)[:16]}"


def _digest(release: Release, policy: Policy) -> str:
    parts = (VERSION, duckdb.__version__, policy.sha256, release.manifest["warehouse"]["sha256"])
    return hashlib.sha256(repr(parts).encode()).hexdigest()


@dataclass(frozen=True)
class _Making:
    """A role's file on its way: built beside, told, and only then where it can be opened."""

    settings: Settings
    release: Release
    policy: Policy
    grant: Grant
    attachments: Mapping[str, Attachment]
    tell: Tell

    def once(self, folder: Path) -> bool:
        """Makes it unless another process just did, which is waited for; says whether it did."""
        with _only_maker(self.release.path.parent, self.grant):
            if (folder / FACTS).is_file():
                return False
            self._make(folder)
            return True

    def _make(self, folder: Path) -> None:
        make_folder(folder.parent)
        draft = folder.with_name(f".{folder.name}.{os.getpid()}.draft")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir()
        try:
            facts = self._fill(draft)
            written = json.dumps(asdict(facts), ensure_ascii=False, indent=1).encode()
            write_atomic(draft / FACTS, written)
            fsync_all([draft / self.release.warehouse_path.name, draft])
            self.tell(RoleFile(folder.name, facts, hashlib.sha256(written).hexdigest()))
            shutil.rmtree(folder, ignore_errors=True)
            draft.rename(folder)
            fsync_all([folder.parent])
            _remove_older(folder, self.grant)
        finally:
            shutil.rmtree(draft, ignore_errors=True)

    def _fill(self, draft: Path) -> RoleFacts:
        """Copies what the role may see, and builds from the copy what stands beside it."""
        begin = time.perf_counter()
        file = draft / self.release.warehouse_path.name
        copied = RoleCopy(self.release, self.policy, self.grant)
        # One thread compresses what is committed; a second one only takes the core from people at work.
        with connect(file, read_only=False, settings=replace(self.settings, duckdb_threads=1)) as con:
            copied.copy(con, masking_key(self.settings))
        if file.with_name(f"{file.name}.wal").exists():
            raise RuntimeError(f"{file.name} still has a write-ahead log; nobody may read it")
        built = attach(self.settings, file, self.attachments)
        return RoleFacts(
            role=self.grant.role.value,
            release=self.release.number,
            policy_sha256=self.policy.sha256,
            warehouse={"file": file.name, "bytes": file.stat().st_size, "sha256": sha256_of(file)},
            attachments=built,
            masked=tuple(copied.masked),
            withheld=tuple(copied.withheld),
            left_out=tuple(copied.left_out),
            seconds=round(time.perf_counter() - begin, 3),
            sites=self.grant.sites,
        )


@contextmanager
def _only_maker(releases: Path, grant: Grant) -> Iterator[None]:
    """Lets one process make a role's files.

    Raises:
        LakeBusy: Another process did not finish in time.
    """
    lock = WriterLock(releases / f"_{grant.file_name}.lock")
    lock.acquire(f"make the file of {grant.file_name}", WAIT_SECONDS, silent)
    try:
        yield
    finally:
        lock.release(finished=True)


def _remove_older(folder: Path, grant: Grant) -> None:
    """Deletes what the role could read under an earlier policy; whoever has it open keeps what is open."""
    for other in folder.parent.glob(f"{grant.file_name}-*"):
        if other != folder:
            shutil.rmtree(other, ignore_errors=True)


def read_facts(folder: Path) -> RoleFacts:
    """What stands beside a role's file."""
    found = json.loads((folder / FACTS).read_text(encoding="utf-8"))
    lists = {name: tuple(found.get(name, ())) for name in ("masked", "withheld", "left_out", "sites")}
    return RoleFacts(**{**found, **lists})


def _require_whole(folder: Path, facts: RoleFacts) -> None:
    file = folder / facts.warehouse["file"]
    found = sha256_of(file) if file.is_file() else "no file"
    if found != facts.warehouse["sha256"]:
        raise ReleaseDamaged(
            f"角色文件 {file} 被改动 | the role's file {file} should have sha256 "
            f"{facts.warehouse['sha256']}, found {found}. Look into it, then delete the folder {folder}: "
            "it is made anew"
        )
