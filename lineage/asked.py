"""A question in SQL on record: who asked which file, by the digests of the question and of its answer.

The text of a question may hold what its asker may not tell; its digest shows that it was that one.
"""

from __future__ import annotations

from pathlib import Path

from lakehouse.releases import Release
from lakehouse.settings import Settings
from lakehouse.sql_door import Answer, AskRefused, Limits, ask
from lineage.ledger.act import Act, Action, digest_of
from lineage.ledger.ledger import open_ledger


def ask_on_record(
    settings: Settings, release: Release, who: str, role: str, query: str, limits: Limits | None = None
) -> Answer:
    """Asks a release, or a role's copy of it; answered or refused, a leaf says so.

    Raises:
        AskRefused: The question was not answered.
    """
    file = release.warehouse_path
    try:
        answer = ask(file, query, limits)
    except AskRefused as refused:
        _tell(settings, file, release, who, role, query, None, {"refused": refused.kind})
        raise
    facts = {"rows": answer.rows.num_rows, "has_more": answer.has_more}
    _tell(settings, file, release, who, role, query, f"sha256:{answer.result_sha256}", facts)
    return answer


def _tell(
    settings: Settings,
    file: Path,
    release: Release,
    who: str,
    role: str,
    query: str,
    result: str | None,
    facts: dict[str, object],
) -> None:
    details = {
        "role": role,
        "file": file.name,
        "file_sha256": release.manifest["warehouse"]["sha256"],
        **facts,
    }
    what, why = f"sql on release {release.name}", "question of a reader | 读者查询"
    with open_ledger(settings, writable=True) as ledger:
        ledger.append(Act(Action.QUERY, who, what, why, digest_of(query.encode()), result, details))
