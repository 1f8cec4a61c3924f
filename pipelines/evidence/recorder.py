"""The recorder: brings the ledger in step with the register of commits, adds what a step did, and seals.

register after the newest leaf -> one act per commit, with its files' digests, and the acts its rows tell
-> the step's own acts -> one transaction -> checkpoint. A crash in between costs nothing: the next call
begins where the ledger ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from lakehouse.commit_register import Registered
from lakehouse.writer import Say
from lineage import events
from lineage.ledger.act import SYSTEM, Act, Action
from lineage.ledger.ledger import Ledger, open_ledger
from lineage.ledger.sealing import seal
from lineage.outbox import Outbox
from lineage.signing.sealing import seal as seal_releases
from pipelines.evidence.account_acts import ACCOUNTS

if TYPE_CHECKING:
    from pipelines.lake import Lake

SEQ = "register_seq"
FOREIGN = "foreign"


def record(lake: Lake, acts: Sequence[Act], *, run_id: str, at: datetime, say: Say, sealed: bool) -> None:
    """Records every commit the ledger does not know yet, then the acts given.

    Args:
        run_id: The run that found the commits; their OpenLineage events hang below it.
        sealed: Also sign the state, and have it countersigned.

    Raises:
        HistoryRefused: The witness knows another history of this ledger.
    """
    with (
        lake.zone.writing("record evidence", say=say),
        open_ledger(lake.settings, writable=True) as ledger,
    ):
        with ledger.transaction():
            commits = list(_news(lake, ledger))
            # Before the leaves: an event sent twice is one event, a leaf would be two.
            Outbox(lake.settings.outbox_dir).append(
                *(events.committed(run_id, commit, at) for commit in commits)
            )
            ledger.append_many([act for commit in commits for act in _commit_acts(lake, commit)])
            ledger.append_many(acts)
        if sealed:
            seal_releases(lake.settings)
            seal(lake.settings, ledger, say)


def _news(lake: Lake, ledger: Ledger) -> Iterator[Registered]:
    """Commits without a leaf. A register that was lost and rebuilt has other numbers than the leaves."""
    newest = ledger.latest(Action.LOAD_COMMITTED)
    if newest is None:
        return lake.zone.commits_since(0)
    ours = newest.act.details
    since = lake.zone.commits_since(ours[SEQ] - 1)
    first = next(since, None)
    if first and (first.table, first.version) == (ours["table"], ours["version"]):
        return since
    leaves = ledger.of_action(Action.LOAD_COMMITTED)
    known = {(leaf.act.details["table"], leaf.act.details["version"]) for leaf in leaves}
    return (commit for commit in lake.zone.commits_since(0) if (commit.table, commit.version) not in known)


def _commit_acts(lake: Lake, commit: Registered) -> Iterator[Act]:
    yield Act(
        Action.LOAD_COMMITTED,
        SYSTEM,
        f"raw.{commit.table}",
        f"{commit.origin} commit {commit.version}",
        after=f"sha256:{commit.sha256}",
        details={
            SEQ: commit.seq,
            "table": commit.table,
            "version": commit.version,
            "size": commit.size,
            "origin": commit.origin,
            "files": [[file.name, file.size, file.sha256] for file in commit.files],
            "checkpoint": [commit.checkpoint.size, commit.checkpoint.sha256] if commit.checkpoint else None,
        },
    )
    if commit.origin == FOREIGN:
        yield Act(
            Action.FINDING,
            SYSTEM,
            f"raw.{commit.table}",
            f"commit {commit.version} was made behind our back | 提交 {commit.version} 并非本平台所写",
            after=f"sha256:{commit.sha256}",
        )
    if (read := ACCOUNTS.get(commit.table)) and commit.files:
        yield from read(_rows(lake, commit))


def _rows(lake: Lake, commit: Registered) -> pa.Table:
    folder = lake.zone.table_path(commit.table)
    return pa.concat_tables(
        [pq.read_table(folder / file.name) for file in commit.files], promote_options="default"
    )
