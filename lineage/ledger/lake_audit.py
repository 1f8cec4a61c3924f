"""The files of a lake against its ledger: what the leaves say was written is what lies on the disk, no more.

ledger -> every commit, data file, checkpoint and original it names -> bytes on the disk -> findings.
Run it after the ledger itself was audited (lineage.ledger.audit): the leaves are what is believed here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from lakehouse.commit_register import REGISTER, CommitRegister
from lakehouse.delta_log import checkpoint_path, commit_path, versions_in
from lakehouse.durable import sha256_of
from lakehouse.settings import Settings
from lineage.events import COMMIT_JOB, commit_run
from lineage.ledger.act import Act, Action, Entry
from lineage.ledger.ledger import Ledger

MOST_FINDINGS = 100
# By table and version: leaves, and the digests of commits that have none yet.
Commits = dict[tuple[str, int], Act]
Waiting = dict[tuple[str, int], str]


@dataclass
class LakeAudit:
    """What was compared, and everything that differs; empty findings are good."""

    commits: int = 0
    data_files: int = 0
    originals: int = 0
    events: int = 0
    releases: int = 0
    role_files: int = 0
    signatures: int = 0
    unsealed: int = 0
    findings: list[str] = field(default_factory=list)

    def find(self, zh: str, en: str) -> None:
        """Adds a finding, up to a number that a person can read."""
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(f"{zh} | {en}")


def audit_lake(settings: Settings, ledger: Ledger, *, deep: bool) -> LakeAudit:
    """Compares the lake's files with the ledger; `deep` also hashes data files and originals."""
    audit = LakeAudit()
    commits = _commits(ledger.of_action(Action.LOAD_COMMITTED), audit)
    for (table, version), act in commits.items():
        _commit(settings.raw_dir / table, version, act, audit, deep=deep)
    known = _acknowledged(settings.raw_dir)
    waiting = {commit: sha256 for commit, sha256 in known.items() if commit not in commits}
    audit.unsealed = len(waiting)
    _nothing_else(settings.raw_dir, commits, waiting, audit)
    _events(settings.outbox_dir, commits, waiting, audit)
    if deep:
        _originals(settings.originals_dir, ledger.of_action(Action.FILE_ADMITTED), audit)
    return audit


def _commits(entries: Iterator[Entry], audit: LakeAudit) -> dict[tuple[str, int], Act]:
    """Leaves by table and version; a table's versions run from 0 without a gap, in the leaves' order."""
    found: dict[tuple[str, int], Act] = {}
    newest: dict[str, int] = {}
    for entry in entries:
        table, version = entry.act.details["table"], entry.act.details["version"]
        if version != newest.get(table, -1) + 1:
            audit.find(
                f"{table} 提交 {version} 次序不符（条目 {entry.index}）",
                f"{table}: leaf {entry.index} is commit {version} after commit {newest.get(table, -1)}",
            )
        newest[table] = version
        found[table, version] = entry.act
    audit.commits = len(found)
    return found


def _commit(folder: Path, version: int, act: Act, audit: LakeAudit, *, deep: bool) -> None:
    details = act.details
    if details["origin"] == "foreign":
        audit.find(
            f"{folder.name} 提交 {version} 系外来写入",
            f"{folder.name}: commit {version} was made behind our back; it was taken on record as foreign",
        )
    path = commit_path(folder, version)
    _same(path, details["size"], str(act.after).removeprefix("sha256:"), audit, deep=True)
    for name, size, sha256 in details["files"]:
        audit.data_files += 1
        _same(folder / name, size, sha256, audit, deep=deep)
    if details["checkpoint"]:
        size, sha256 = details["checkpoint"]
        _same(checkpoint_path(folder, version), size, sha256, audit, deep=True)


def _nothing_else(raw_dir: Path, commits: Commits, waiting: Waiting, audit: LakeAudit) -> None:
    """No commit or checkpoint that the ledger does not know; what a run has yet to seal is only counted."""
    if not raw_dir.is_dir():
        return
    for folder in sorted(path for path in raw_dir.iterdir() if (path / "_delta_log").is_dir()):
        for version in versions_in(folder, ".json"):
            if (folder.name, version) not in commits and (folder.name, version) not in waiting:
                audit.find(
                    f"{folder.name} 提交 {version} 非本平台所写",
                    f"{folder.name}: commit {version} stands in no leaf: it was made behind our back",
                )
        for version in versions_in(folder, ".checkpoint.parquet"):
            act = commits.get((folder.name, version))
            is_known = act and act.details["checkpoint"]
            if not is_known and (folder.name, version) not in waiting:
                audit.find(
                    f"{folder.name} 检查点 {version} 不在账本中",
                    f"{folder.name}: the Delta checkpoint {version} stands in no leaf",
                )


def _acknowledged(raw_dir: Path) -> Waiting:
    """Every commit that our writer has put on record, with its digest."""
    path = raw_dir / REGISTER
    if not path.is_file():
        return {}
    with closing(CommitRegister(path)) as register:
        return {
            (table, commit.version): commit.sha256
            for table in register.tables()
            for commit in register.commits(table)
        }


def _events(outbox_dir: Path, commits: Commits, waiting: Waiting, audit: LakeAudit) -> None:
    """Exactly one OpenLineage event per commit; one that was told twice is the same run.

    An event comes before its leaf, so that of a commit which is yet to be sealed may be there.
    """
    expected = {
        commit_run(table, version, str(act.after).removeprefix("sha256:")): (table, version)
        for (table, version), act in commits.items()
    }
    told = set(_told(outbox_dir))
    audit.events = len(told)
    for run in sorted(expected.keys() - told):
        table, version = expected[run]
        audit.find(
            f"{table} 提交 {version} 无血缘事件", f"{table}: commit {version} has no OpenLineage event"
        )
    ahead = {commit_run(table, version, sha256) for (table, version), sha256 in waiting.items()}
    for run in sorted(told - expected.keys() - ahead):
        audit.find(
            "血缘事件无对应条目", f"the OpenLineage event of run {run} speaks of a commit without a leaf"
        )


def _told(outbox_dir: Path) -> Iterator[str]:
    mark = f'"{COMMIT_JOB}'
    for file in sorted(outbox_dir.glob("*.jsonl")):
        with file.open(encoding="utf-8") as lines:
            for line in lines:
                # A line that a crash cut was never acknowledged; its event was told again.
                if mark in line and line.endswith("\n"):
                    event = json.loads(line)
                    if event["job"]["name"].startswith(COMMIT_JOB):
                        yield event["run"]["runId"]


def _originals(folder: Path, entries: Iterator[Entry], audit: LakeAudit) -> None:
    digests = {str(entry.act.after).removeprefix("sha256:"): entry.act for entry in entries}
    for sha256, act in digests.items():
        audit.originals += 1
        path = folder / sha256[:2] / sha256
        found = sha256_of(path) if path.is_file() else "no file"
        if found != sha256:
            audit.find(f"原始文件不符 {act.what}", f"the original of {act.what} is not as admitted: {path}")


def _same(path: Path, size: int, sha256: str, audit: LakeAudit, *, deep: bool) -> None:
    """At most one finding: the first way in which a file is not what the ledger says."""
    if not path.is_file():
        audit.find(f"缺失 {path}", f"missing: {path}")
    elif path.stat().st_size != size:
        audit.find(f"大小不符 {path}", f"has {path.stat().st_size} bytes instead of {size}: {path}")
    elif deep and sha256_of(path) != sha256:
        audit.find(f"内容不符 {path}", f"has other bytes than were sealed: {path}")
