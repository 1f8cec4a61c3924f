"""Make a report again from its release and compare: the same bytes, or the first difference by name.

bundle → report.json → Order → build → each file against the one that was issued.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from lakehouse.releases import NoRelease, ReleaseDamaged, find_release
from lakehouse.releases import verify as verify_release
from lakehouse.releases.release import MANIFEST as RELEASE_MANIFEST
from lakehouse.settings import Settings
from reports.order import Built, Order, build
from reports.origin import FILE
from reports.refusals import NotReleased, ReportRefused
from reports.registry import form_of
from reports.verifier import verify

CONTENT = "content/"
CONTEXT = 24


class NotReplayable(ReportRefused):
    """The bundle is none, is damaged, or does not say what it was made from."""


@dataclass(frozen=True)
class Replay:
    """The result.

    Attributes:
        file_count: Files compared.
        difference: The first difference, 中文 | English; None when all bytes are the same.
    """

    built: Built
    file_count: int
    difference: str | None


def replay(settings: Settings, path: Path) -> Replay:
    """Build the report of a bundle again and compare every byte.

    Raises:
        NotReplayable: it is no intact bundle, or one without its origin.
        NotReleased: this lake does not have its release, or has another of that number.
        ReportRefused: the form refuses now what it made then.
    """
    files = _intact(path)
    if CONTENT + FILE not in files:
        raise NotReplayable(
            f"{path} 没有 {FILE}，无法重放 | {path} has no {FILE}: it was issued when reports could not be "
            "made again"
        )
    tree = json.loads(files[CONTENT + FILE])
    order = _order(tree)
    _demand_release(settings, order, files[verify.RELEASE])
    built = build(settings, order, {signer["envelope_sha256"] for signer in tree["signers"]})
    issued = {name.removeprefix(CONTENT): data for name, data in files.items() if name.startswith(CONTENT)}
    return Replay(built, len(issued), _difference(tree, issued, built.contents))


def _intact(path: Path) -> Mapping[str, bytes]:
    try:
        files = verify.read_bundle(path)
        verify.check_files(files)
    except (verify.Invalid, *verify.MALFORMED) as error:
        raise NotReplayable(f"{path} 不是完好的证据包 | {path} is no intact bundle: {error}") from error
    return files


def _order(tree: Mapping[str, Any]) -> Order:
    manifest = tree["manifest"]
    return Order(
        manifest["report_code"],
        tree["parameters"],
        int(manifest["release"]),
        date.fromisoformat(tree["under"]) if tree["under"] else None,
        tuple(tree["locales"]),
    )


def _demand_release(settings: Settings, order: Order, manifest: bytes) -> None:
    try:
        release = find_release(settings, order.release)
        verify_release(release)
    except (NoRelease, ReleaseDamaged) as error:
        raise NotReleased(str(error)) from error
    ours, theirs = (release.path / RELEASE_MANIFEST).read_bytes(), manifest
    if ours != theirs:
        digests = " / ".join(hashlib.sha256(data).hexdigest()[:16] for data in (ours, theirs))
        raise NotReleased(
            f"本湖的发布 {release.name} 与证据包的不同 | release {release.name} of this lake is another one "
            f"than the bundle's: {digests}"
        )


def _difference(
    tree: Mapping[str, Any], issued: Mapping[str, bytes], made: Mapping[str, bytes]
) -> str | None:
    if issued == made:
        return None
    before, now = tree["manifest"]["report_version"], form_of(tree["manifest"]["report_code"]).version
    if before != now:
        return f"模板版本 {before} → {now} | the template is {now} now, the bundle was made with {before}"
    for name in sorted(issued.keys() | made.keys()):
        if name not in made:
            return f"不再生成 {name} | {name} is not made any more"
        if name not in issued:
            return f"多出 {name} | {name} is made now and was not then"
        if issued[name] != made[name]:
            return _first_byte(name, issued[name], made[name])
    return None


def _first_byte(name: str, issued: bytes, made: bytes) -> str:
    at = next(
        (i for i, (a, b) in enumerate(zip(issued, made, strict=False)) if a != b), min(len(issued), len(made))
    )
    was, is_now = (data[max(at - CONTEXT, 0) : at + CONTEXT] for data in (issued, made))
    return f"{name} 第 {at} 字节 | {name} differs at byte {at}: {was!r} was issued, {is_now!r} is made now"
