"""What the steps of a run did, as acts: changed rules, models built, repairs made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import duckdb

from lakehouse.releases import Release
from lakehouse.settings import Settings
from lakehouse.warehouse import connect
from lineage.ledger.act import SYSTEM, Act, Action, canonical_json, digest_of
from lineage.ledger.ledger import NoLedger, open_ledger
from pipelines.fingerprint import rule_files

if TYPE_CHECKING:
    from pipelines.sqlmesh.build import BuildReport
    from pipelines.sqlmesh.catalogue import ModelInfo

FINDING = "mart.finding"
FILES = "files"


def rules_acts(settings: Settings) -> tuple[Act, ...]:
    """An act when rules, contracts or models are not those of the last run; names every changed file."""
    files = rule_files(settings.root)
    known = _known_rules(settings)
    if files == known:
        return ()
    changed = sorted(name for name in files.keys() | known.keys() if files.get(name) != known.get(name))
    before, after = (digest_of(canonical_json(version)) if version else None for version in (known, files))
    return (
        Act(
            Action.RULES_CHANGED,
            settings.person or SYSTEM,
            f"{len(changed)} files of rules, contracts and models",
            "found by this run | 本次运行发现",
            before,
            after,
            {FILES: files, "changed": changed},
        ),
    )


def model_act(report: BuildReport, models: tuple[ModelInfo, ...], run_id: str) -> Act:
    """What SQLMesh built, and from which models."""
    prints = {model.name: model.fingerprint for model in models}
    return Act(
        Action.MODEL_PLAN,
        SYSTEM,
        f"{len(report.models)} models",
        f"run {run_id}",
        after=digest_of(canonical_json(prints)),
        details={"planned": report.is_planned, "typed_tables": sum(t.is_remade for t in report.typed)},
    )


def repair_acts(settings: Settings, release: Release, run_id: str) -> Iterator[Act]:
    """Repairs and other findings that a release holds, counted by rule, with the digest of their table."""
    for table in release.manifest["tables"]:
        if table["name"] == FINDING:
            yield Act(
                Action.REPAIR,
                SYSTEM,
                f"{FINDING} of release {release.name}",
                f"run {run_id}",
                after=f"sha256:{table['sha256']}",
                details={"rules": _repairs(settings, release)},
            )


def _known_rules(settings: Settings) -> dict[str, Any]:
    try:
        with open_ledger(settings, writable=False) as ledger:
            newest = ledger.latest(Action.RULES_CHANGED)
    except NoLedger:
        return {}
    return dict(newest.act.details[FILES]) if newest else {}


def _repairs(settings: Settings, release: Release) -> list[list[Any]]:
    """Rule, table, what was done, and to how many records."""
    with connect(release.warehouse_path, read_only=True, settings=settings) as connection:
        return [list(row) for row in _count(connection)]


def _count(connection: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    return connection.execute(
        f"SELECT rule_id, source_table, action, count(*) FROM {FINDING} GROUP BY ALL ORDER BY ALL"
    ).fetchall()
