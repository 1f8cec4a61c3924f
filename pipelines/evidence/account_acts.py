"""From a commit of the platform's own accounts to acts: files, gate results, and what people did.

data files of one Delta commit -> rows -> Acts. The accounts are durable before the ledger hears of them, so
what a crash keeps from the ledger is derived again by the next run, once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from typing import Any

import pyarrow as pa

from lineage.ledger.act import SYSTEM, Act, Action, canonical_json, digest_of
from master_data.identity.decision import IDENTITY_DECISION
from pipelines.evidence.people_acts import decision_acts, identity_acts, recall_acts
from pipelines.ingest.loading.loads import LOAD
from quality_rules.gate import GATE_RESULT
from quality_rules.quarantine.decision import DECISION
from traceability.recall.case import RECALL_EVENT

LOADED = "loaded"
COUNTS = ("rows_in", "rows_loaded", "rows_quarantined", "rows_rejected", "size_bytes")


def file_acts(rows: pa.Table) -> Iterator[Act]:
    """One act per file and contract: admitted with its equation, or refused with its rule."""
    for row in rows.to_pylist():
        is_loaded = row["status"] == LOADED
        yield Act(
            Action.FILE_ADMITTED if is_loaded else Action.FILE_REFUSED,
            SYSTEM,
            row["file_name"],
            f"contract {row['source_table']} {row['contract_version']}" if is_loaded else row["rule_id"],
            after=f"sha256:{row['file_sha256']}" if row["file_sha256"] else None,
            details={
                "table": row["source_table"],
                "load_id": row["load_id"],
                **{name: row[name] for name in COUNTS},
            },
        )


def gate_acts(rows: pa.Table) -> Iterator[Act]:
    """One act per gate: how many rules, which are not green, and a digest of every result."""
    ordered = sorted(rows.to_pylist(), key=lambda row: (row["run_id"], row["stage"]))
    for (run_id, stage), group in groupby(ordered, key=lambda row: (row["run_id"], row["stage"])):
        yield _gate_act(run_id, stage, list(group))


def _gate_act(run_id: str, stage: str, results: list[dict[str, Any]]) -> Act:
    kept = sorted(
        ({**row, "checked_at": row["checked_at"].isoformat()} for row in results),
        key=lambda row: (row["rule_id"], row["table_name"], row["column_name"]),
    )
    failed = [row for row in kept if not row["is_passed"]]
    return Act(
        Action.GATE_RESULT,
        SYSTEM,
        f"gate {stage}",
        f"run {run_id}",
        after=digest_of(canonical_json(kept)),
        details={
            "rules": len(kept),
            "blocking": sorted({row["rule_id"] for row in failed if row["severity"] == "block"}),
            "warnings": sorted({row["rule_id"] for row in failed if row["severity"] != "block"}),
        },
    )


# Accounts whose rows are acts themselves; every other table speaks through its commits.
ACCOUNTS: Mapping[str, Callable[[pa.Table], Iterator[Act]]] = {
    LOAD: file_acts,
    DECISION: decision_acts,
    IDENTITY_DECISION: identity_acts,
    RECALL_EVENT: recall_acts,
    GATE_RESULT: gate_acts,
}
