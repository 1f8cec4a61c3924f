"""A Delta log on a local disk: where its files lie, what a commit says, and whether it is whole.

A power cut can empty a commit that was not forced to the disk, cut it at any byte, or fill it with NUL. Cut
at a line's end it still parses, so our commits carry their number of actions.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from deltalake import CommitProperties, Transaction

# Eight appenders lost 11 of 400 commits at the default of 15 retries.
COMMIT_RETRIES = 100
ACTIONS = "medlakeActions"


class TornCommit(ValueError):
    """A commit that is not whole; says in Chinese and in English what is wrong with it."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} | {en}")
        self.zh = zh
        self.en = en


@dataclass(frozen=True)
class CommittedFile:
    """A data file as a commit names it."""

    name: str
    size: int
    rows: int


@dataclass(frozen=True)
class Commit:
    """A whole commit: its bytes' identity and the data files it adds."""

    version: int
    sha256: str
    size: int
    files: tuple[CommittedFile, ...]


def log_folder(table: Path) -> Path:
    """Where a table's commits lie."""
    return table / "_delta_log"


def commit_path(table: Path, version: int) -> Path:
    """The file of one commit."""
    return log_folder(table) / f"{version:020d}.json"


def checkpoint_path(table: Path, version: int) -> Path:
    """The checkpoint that sums up all commits to `version`."""
    return log_folder(table) / f"{version:020d}.checkpoint.parquet"


def versions_in(table: Path, suffix: str) -> list[int]:
    """Numbers of all commits (`.json`) or checkpoints (`.checkpoint.parquet`) of a log, in order."""
    names = (path.name for path in log_folder(table).glob(f"*{suffix}"))
    return sorted(int(stem) for name in names if (stem := name.removesuffix(suffix)).isdigit())


def whole_commit(actions: int, app_ids: Sequence[str] = ()) -> CommitProperties:
    """Properties of a commit that can be told from a torn one; its own description is not counted."""
    return CommitProperties(
        custom_metadata={ACTIONS: actions},
        max_commit_retries=COMMIT_RETRIES,
        app_transactions=[Transaction(app_id, 1) for app_id in app_ids] or None,
    )


def read_commit(table: Path, version: int) -> Commit:
    """Reads one commit.

    Raises:
        TornCommit: It is empty, cut or overwritten.
        FileNotFoundError: There is none of this number.
    """
    content = commit_path(table, version).read_bytes()
    actions = _actions(content)
    _require_whole(version, actions)
    files = tuple(_file(action["add"]) for action in actions if "add" in action)
    return Commit(version, hashlib.sha256(content).hexdigest(), len(content), files)


def _actions(content: bytes) -> list[dict[str, Any]]:
    if not content:
        raise TornCommit("0 字节", "it has 0 bytes")
    try:
        actions = [json.loads(line) for line in content.decode().splitlines()]
    except ValueError as error:
        raise TornCommit(f"无法解析：{error}", f"it does not parse: {error}") from error
    if not all(isinstance(action, dict) for action in actions):
        raise TornCommit("含有非 Delta 动作", "it holds something that is no Delta action")
    return actions


def _require_whole(version: int, actions: list[dict[str, Any]]) -> None:
    infos = [action["commitInfo"] for action in actions if "commitInfo" in action]
    if not infos:
        raise TornCommit("缺少提交信息", "it lacks its commitInfo")
    expected = infos[0].get(ACTIONS)
    found = len(actions) - 1
    if expected is not None and int(expected) != found:
        raise TornCommit(f"动作 {found}/{expected}", f"it holds {found} of {expected} actions")
    if version == 0 and not any("metaData" in action for action in actions):
        raise TornCommit("缺少表定义", "it lacks the table's definition")
    if expected is None and not found:
        raise TornCommit("只有提交信息", "it holds nothing but its commitInfo")


def _file(add: dict[str, Any]) -> CommittedFile:
    rows = json.loads(add.get("stats") or "{}").get("numRecords", -1)
    return CommittedFile(unquote(add["path"]), int(add["size"]), int(rows))
