"""A release under another kind: the same files, a new number, a manifest of its own, the new kind's rule.

release -> its files checked and copied -> manifest that names where they came from -> candidate, gated
by the same results -> signatures. What a dashboard read becomes, byte for byte, what a filing stands on.
"""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

from lakehouse.durable import fsync_all, sha256_of, write_atomic
from lakehouse.releases.deciding import require_whole
from lakehouse.releases.log import SYSTEM, read_book, utc_now, writing
from lakehouse.releases.making import blocking_rules, manifest_bytes, only_maker
from lakehouse.releases.release import MANIFEST, Release, kept_files
from lakehouse.releases.rules import Rule, rule_for
from lakehouse.releases.shelf import find_release
from lakehouse.releases.steps import Action, IllegalStep, Step
from lakehouse.settings import Settings


def promote(settings: Settings, number: int, kind: str, *, who: str, why: str, people: str = "") -> Release:
    """Makes a candidate of another kind out of a release that readers got; it waits for its signatures.

    Args:
        who: Who proposes it; never one of its signers.
        people: Who the people are that may sign, for the manifest; says DEMO when they are.

    Raises:
        IllegalStep: It is of this kind already, the kind asks for no signature, or a reason is missing.
        NoRelease: Readers never got it, or its files are gone.
        ReleaseDamaged: A file is not the one that was released.
        UnknownKind: No rule is written for this kind.
    """
    rule, source = rule_for(kind), find_release(settings, number)
    _require_step_up(source, rule, why)
    require_whole(settings, number)
    with only_maker(settings):
        release = _copied(settings, source, rule, people)
        facts = {"rule": rule.as_dict(), "manifest_sha256": sha256_of(release.path / MANIFEST)}
        blocking = list(blocking_rules(release.manifest))
        with writing(settings, f"promote release {source.name}") as log:
            log.add(
                Step(Action.PROPOSE, release.number, who, why, facts),
                Step(Action.GATE, release.number, SYSTEM, facts={"blocking": blocking}),
            )
    return release


def _require_step_up(source: Release, rule: Rule, why: str) -> None:
    if source.manifest["kind"] == rule.kind:
        raise IllegalStep(f"发布 {source.name} 已是该类 | release {source.name} is {rule.kind} already")
    if not rule.needed:
        raise IllegalStep(
            f"{rule.kind} 类无须签名，不能由其他类升格 | a {rule.kind} release needs no signature; "
            "`medlake refresh` makes one"
        )
    if not why.strip():
        raise IllegalStep("请说明理由 | give a reason")


def _copied(settings: Settings, source: Release, rule: Rule, people: str) -> Release:
    """The next release's folder with the source's files, complete and on the disk."""
    number = read_book(settings).newest + 1
    folder = settings.releases_dir / f"{number:06d}"
    draft = settings.releases_dir / f".{number:06d}.draft"
    draft.mkdir()
    # A file name is never used twice: DuckDB would take one file for the other.
    warehouse = f"warehouse-{number:06d}.duckdb"
    names = {str(source.manifest["warehouse"]["file"]): warehouse}
    for name, _ in kept_files(source.manifest):
        target = draft / names.get(name, name)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source.path / name, target)
    manifest = _manifest(source, number, rule.kind, people, warehouse, utc_now())
    write_atomic(draft / MANIFEST, manifest_bytes(manifest))
    _settle(draft)
    draft.rename(folder)
    fsync_all([settings.releases_dir])
    return Release(number, folder, manifest)


def _manifest(
    source: Release, number: int, kind: str, people: str, warehouse: str, at: datetime
) -> dict[str, Any]:
    origin = {
        "release": source.number,
        "manifest_sha256": sha256_of(source.path / MANIFEST),
        "at": at.isoformat(),
    }
    file = {**source.manifest["warehouse"], "file": warehouse}
    changed = {"release": number, "kind": kind, "people": people, "warehouse": file, "promoted_from": origin}
    return {**source.manifest, **changed}


def _settle(draft: Path) -> None:
    inside = sorted(draft.rglob("*"))
    files = [path for path in inside if path.is_file()]
    fsync_all([*files, *(path for path in inside if path.is_dir()), draft])
