"""Read a package back from its folder: only when every file is still as it was written."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from reports.recall.marks import DRILL_PREFIX
from traceability.recall.case import Opening, Target

SUMS, RECALL, TIMING = "SHA256SUMS", "recall.json", "timing.json"


class PackageDamaged(ValueError):
    """A folder that is no package, or not the one that was written; the message names the file."""


@dataclass(frozen=True)
class Reopened:
    """What a package says that a case is opened with."""

    recall_no: str
    is_drill: bool
    opening: Opening


def opening_of(folder: Path) -> Reopened:
    """Return what a case is opened with.

    Raises:
        PackageDamaged: a file is missing, changed or added.
    """
    prefix = DRILL_PREFIX if (folder / f"{DRILL_PREFIX}{SUMS}").is_file() else ""
    sums = folder / f"{prefix}{SUMS}"
    if not sums.is_file():
        raise PackageDamaged(f"{folder} 不是召回包 | {folder} is no recall package: it has no {SUMS}")
    _demand_intact(folder, sums.read_text(encoding="utf-8"), {sums.name, f"{prefix}{TIMING}"})
    tree = json.loads((folder / f"{prefix}{RECALL}").read_bytes())
    timing = json.loads((folder / f"{prefix}{TIMING}").read_bytes())
    request = tree["request"]
    opening = Opening(
        release=tree["manifest"]["release"],
        package_sha256=hashlib.sha256(sums.read_bytes()).hexdigest(),
        recall_class=request["recall_class"],
        reason=request["reason"],
        decided_at=datetime.fromisoformat(request["decided_at"]),
        notify_by=_notify_by(tree),
        trace_milliseconds=timing["trace_milliseconds"],
        lot_ids=tuple(lot["lot_id"] for lot in tree["scope"]["lots"]),
        targets=tuple(_targets(tree)),
    )
    return Reopened(tree["recall_no"], bool(request["is_drill"]), opening)


def _demand_intact(folder: Path, sums: str, free: set[str]) -> None:
    listed = {name: digest for digest, _, name in (line.partition("  ") for line in sums.splitlines())}
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - free
    if odd := sorted(there ^ set(listed)):
        raise PackageDamaged(
            f"{folder}: 文件缺失或多余 {odd[0]} | {folder}: {odd[0]} is missing or was added"
        )
    for name, digest in listed.items():
        if hashlib.sha256((folder / name).read_bytes()).hexdigest() != digest:
            raise PackageDamaged(f"{folder}: {name} 已被改动 | {folder}: {name} is not as it was written")


def _notify_by(tree: dict[str, Any]) -> datetime | None:
    times = [
        datetime.fromisoformat(one["due_at"])
        for one in tree["deadlines"]
        if one["rule"]["id"].startswith("CN-RECALL-USERS") and one["due_at"]
    ]
    return min(times, default=None)


def _targets(tree: dict[str, Any]) -> list[Target]:
    scope = tree["scope"]
    units = {lot["lot_id"]: lot["uom_code"] for lot in scope["lots"]}
    names = {row["consignee_id"]: row["customer_name"] for row in scope["consignees"]}
    held: dict[tuple[str, str], Decimal | None] = defaultdict(Decimal)
    for row in scope["deliveries"]:
        key = row["consignee_id"], row["lot_id"]
        so_far = held[key]
        held[key] = None if row["held_qty"] is None or so_far is None else so_far + Decimal(row["held_qty"])
    return [
        Target(who, names.get(who), lot, qty, units[lot])
        for (who, lot), qty in sorted(held.items(), key=lambda pair: pair[0])
    ]
