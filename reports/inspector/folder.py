"""The folder on the inspector's disk: the issued bundle unpacked, the audit trail beside it, a first page.

order → archive → report/ (verify.py checks it as it lies) + trail/ + index.html. Both takings are on record.
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from zipfile import ZipFile

from lakehouse.durable import write_atomic
from lakehouse.settings import Settings
from lakehouse.writer import Say
from lineage.ledger.act import Entry, instant
from lineage.ledger.ledger import open_ledger
from lineage.ledger.trail import Wanted, as_csv, as_json_lines, exported, trail
from reports.language import LOCALES, load
from reports.order import Built, Issuer, Order, issue_report
from reports.refusals import BadParameter
from reports.template import template


@dataclass(frozen=True)
class Folder:
    """What was written, and from which report."""

    path: Path
    built: Built
    file_count: int
    act_count: int


def write_folder(settings: Settings, order: Order, issuer: Issuer, target: Path, say: Say) -> Folder:
    """Issue the folder of a plant-year and lay it out in an empty place.

    Raises:
        BadParameter: something lies there already.
        ReportRefused: recorded as well.
    """
    if target.exists() and any(target.iterdir()):
        raise BadParameter(f"{target} 不是空文件夹 | {target} is not an empty folder")
    built, archive = issue_report(settings, order, issuer, say)
    with ZipFile(io.BytesIO(archive)) as packed:
        packed.extractall(target / "report")
        count = len(packed.namelist())
    entries = _trail(settings, issuer, target / "trail")
    write_atomic(target / "index.html", _page("inspector_start", built, entries))
    return Folder(target, built, count, len(entries))


def _trail(settings: Settings, issuer: Issuer, target: Path) -> Sequence[Entry]:
    """Write the audit trail as CSV, JSON lines and a page that searches it; taking it is an act."""
    target.mkdir(parents=True, exist_ok=True)
    wanted = Wanted()
    with open_ledger(settings, writable=True) as ledger:
        entries = list(trail(ledger, wanted))
        lines = as_json_lines(entries)
        exported(ledger, issuer.who, issuer.why, f"audit trail: {wanted.in_words()}", lines)
    rows = [[e.index, instant(e.at), e.act.action.value, e.act.who, e.act.what, e.act.why] for e in entries]
    text = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    for name, content in {
        "audit_trail.csv": as_csv(entries),
        "audit_trail.jsonl": lines,
        "acts.js": f"const TRAIL = {text};\n".encode(),
        "verify_trail.py": files("reports.inspector").joinpath("verify_trail.py").read_bytes(),
        "trail.js": files("reports").joinpath("templates", "inspector_trail.js").read_bytes(),
        "index.html": _page("inspector_trail", None, entries),
    }.items():
        write_atomic(target / name, content)
    return entries


def _page(name: str, built: Built | None, entries: Sequence[Entry]) -> bytes:
    says = [load("reports", locale) for locale in LOCALES]
    return template(name).render(says=says, built=built, count=len(entries)).encode()
