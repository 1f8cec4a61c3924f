"""Write a recall's package: one folder that says everything, with the digest of every file in it.

RecallFacts → pages, tables, notices, EPCIS → manifest.json and SHA256SUMS → folder. Same release and request,
same bytes. The measured trace time is another each time: it stands in timing.json, outside the digests.
Alone: medlake recall --lot … --class 1 --reason … --decided-at …
"""

from __future__ import annotations

import hashlib
import re
import shutil
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

import duckdb

from lakehouse.durable import fsync_path
from lakehouse.releases import Release
from reports.frame import canonical_json, file_stem, plain
from reports.language import LOCALES
from reports.recall import tables
from reports.recall.events import epcis
from reports.recall.facts import Clock, RecallFacts, facts_of
from reports.recall.marks import csv_of, drill_words, marked, notes
from reports.recall.notice import notice_files
from reports.recall.pages import summary_page
from reports.recall.request import RecallRequest
from reports.recall.sheets import xlsx_bytes
from traceability.recall.records import Scope

MANIFEST, SUMS, TIMING = "manifest.json", "SHA256SUMS", "timing.json"


class PackageExists(FileExistsError):
    """Another package stands under that name; nothing was written over."""


@dataclass(frozen=True)
class Package:
    """The files of a package by name below its folder, and what they were made from.

    Attributes:
        stem: Name of the folder.
        contents: Everything the digests cover, with the list of digests.
    """

    stem: str
    facts: RecallFacts
    contents: Mapping[str, bytes]

    @property
    def sha256(self) -> str:
        """The digest of the list of digests: one text that stands for all bytes."""
        return hashlib.sha256(self.contents[self.facts_name(SUMS)]).hexdigest()

    def facts_name(self, name: str) -> str:
        """The name of a file, marked when this is a drill."""
        return marked(name, self.facts.request)


def build(
    con: duckdb.DuckDBPyConnection, release: Release, request: RecallRequest, clock: Clock = time.perf_counter
) -> Package:
    """Return the package of a recall on an open release.

    Raises:
        RecallRefused: what is named is unknown, ambiguous or unreadable.
        ReportInvalid: the numbers of the scope contradict each other.
    """
    facts = facts_of(con, release, request, clock)
    contents = {**_tables(facts), **_documents(facts), **_notices(facts)}
    names = sorted((*contents, *(f"summary_{locale}.html" for locale in LOCALES)))
    for locale in LOCALES:
        contents[f"summary_{locale}.html"] = summary_page(facts, locale, [n for n in names if "/" not in n])
    named = {marked(name, request): data for name, data in contents.items()}
    named[marked(MANIFEST, request)] = _manifest(facts, named)
    sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(named.items()))
    named[marked(SUMS, request)] = sums.encode()
    issued = request.issued_at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    stem = f"{file_stem('recall', request.number, release)}_{issued}"
    return Package(marked(stem, request), facts, dict(sorted(named.items())))


def write_package(package: Package, folder: Path) -> Path:
    """Write a package below a folder, whole or not at all, and return where.

    The same package again changes nothing, not even its timing.

    Raises:
        PackageExists: a package with other content stands there.
    """
    target, sums = folder / package.stem, package.facts_name(SUMS)
    if target.exists():
        if not (target / sums).is_file() or (target / sums).read_bytes() != package.contents[sums]:
            raise PackageExists(
                f"{target} 已有其他内容，请换 --out 或编号 | "
                f"{target} holds another package; choose another --out or recall number"
            )
        return target
    draft = folder / f".{package.stem}.draft"
    shutil.rmtree(draft, ignore_errors=True)
    timing = {package.facts_name(TIMING): canonical_json(_timing(package))}
    for name, data in {**package.contents, **timing}.items():
        path = draft / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    with ThreadPoolExecutor() as pool:
        list(pool.map(fsync_path, [*draft.rglob("*"), draft]))
    draft.rename(target)
    fsync_path(folder)
    return target


def _timing(package: Package) -> dict[str, object]:
    milliseconds = round(package.facts.trace_seconds * 1000)
    return {
        "recall_no": package.facts.request.number,
        "trace_milliseconds": milliseconds,
        "package_sha256": package.sha256,
        **drill_words(package.facts.request),
    }


def _tables(facts: RecallFacts) -> dict[str, bytes]:
    sheets = [tables.lots(facts), tables.deliveries(facts), tables.onward(facts), tables.stock(facts)]
    sheets += [tables.deadline_rows(facts), tables.gaps(facts), tables.excluded(facts)]
    if facts.changes is not None:
        sheets.append(tables.changes(facts))
    book = xlsx_bytes(sheets, created_at=facts.request.issued_at, notes=notes(facts.request))
    listed = (*sheets, tables.devices(facts))
    return {"recall.xlsx": book, **{f"{sheet.name}.csv": csv_of(sheet, facts.request) for sheet in listed}}


def _documents(facts: RecallFacts) -> dict[str, bytes]:
    events = epcis(facts.scope, facts.steps, facts.lines, facts.request, facts.zones)
    return {"recall.json": canonical_json(_whole(facts)), "epcis.jsonld": events}


def _whole(facts: RecallFacts) -> dict[str, object]:
    """The recall for machines; its devices stand in devices.csv and in the notices."""
    scope: Scope = facts.scope
    places = ("lots", "balances", "stock", "deliveries", "returns", "onward", "consignees")
    parts = (*places, "excluded", "gaps", "bound")
    return {
        "manifest": facts.manifest,
        "recall_no": facts.request.number,
        "request": facts.request,
        "selection": facts.selection,
        "scope": {part: getattr(scope, part) for part in parts},
        "device_count": len(scope.units),
        "products": facts.products,
        "deadlines": facts.deadlines,
        "changes": facts.changes,
        "todo": facts.todo,
        **drill_words(facts.request),
    }


def _notices(facts: RecallFacts) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    addressed = [total for total in facts.consignees if total.consignee.is_known]
    for number, total in enumerate(addressed, 1):
        safe = re.sub(r"[^A-Za-z0-9]+", "_", total.consignee.consignee_id)
        folder = f"notices/{number:04d}_{safe}"
        files |= {f"{folder}/{name}": data for name, data in notice_files(facts, total).items()}
    return files


def _manifest(facts: RecallFacts, contents: Mapping[str, bytes]) -> bytes:
    files = {
        name: {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
        for name, data in contents.items()
    }
    return canonical_json(
        {
            **plain(facts.manifest),
            "recall_no": facts.request.number,
            "request": facts.request,
            "files": files,
            **drill_words(facts.request),
        }
    )
