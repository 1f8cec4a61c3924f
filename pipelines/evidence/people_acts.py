"""What people did, as acts: decisions on quarantined records and on who is who, and the steps of a recall.

rows of an account -> Acts that name person, object and reason; contents stand as salted digests.
"""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from lineage.ledger.act import Act, Action, digest_of


def decision_acts(rows: pa.Table) -> Iterator[Act]:
    """One act per steward's decision; contents as digests salted with the decision's random id."""
    for row in rows.to_pylist():
        yield Act(
            Action.DECISION,
            row["person"],
            f"{row['source_table']} {row['file_sha256'][:16]}:{row['row_no']}",
            row["reason"],
            _salted(row["decision_id"], row["before"]),
            _salted(row["decision_id"], row["after"]),
            {
                "decision": row["action"],
                "id_sha256": digest_of(row["decision_id"].encode()),
                "rule": row["rule_id"],
                "correction_sha256": row["correction_sha256"],
            },
        )


def identity_acts(rows: pa.Table) -> Iterator[Act]:
    """One act per decision on who is who: merge, apart, override, approve, undo."""
    for row in rows.to_pylist():
        yield Act(
            Action.DECISION,
            row["person"],
            f"{row['role_code']} {row['left_ids']} {row['right_ids']}",
            row["reason"],
            _salted(row["decision_id"], row["before"]),
            _salted(row["decision_id"], row["after"]),
            {
                "decision": row["action"],
                "id_sha256": digest_of(row["decision_id"].encode()),
                "attribute": row["attribute"],
                "persons_needed": row["persons_needed"],
                "refers_to_sha256": digest_of(row["refers_to"].encode()) if row["refers_to"] else "",
            },
        )


def recall_acts(rows: pa.Table) -> Iterator[Act]:
    """One act per event of a recall; what was said in words stays in the account."""
    for row in rows.to_pylist():
        yield Act(
            Action.RECALL,
            row["person"],
            f"recall {row['recall_no']}",
            row["kind"],
            after=digest_of(row["detail"].encode()) if row["detail"] else None,
            details={
                "event_id": row["event_id"],
                "happened_at": row["happened_at"].isoformat(),
                "consignee": row["consignee_id"],
                "lot": row["lot_id"],
                "qty": None if row["qty"] is None else str(row["qty"]),
                "document_no": row["document_no"],
                "is_drill": row["is_drill"],
            },
        )


def _salted(salt: str, text: str) -> str | None:
    """Short personal values could be guessed from a plain digest; the salt goes when the record goes."""
    return digest_of(f"{salt}\n{text}".encode()) if text else None
