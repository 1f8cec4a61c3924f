"""Files broken on purpose, in all formats, through the whole ingest: nothing wrong loads, nothing is lost.

Every format has a table, all files lie in one lake. A row that loads is one of the rows its file may give;
a row that nothing touched must load; records loaded, quarantined and rejected are all there is.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from lakehouse.raw_zone import RawZone
from lakehouse.settings import ROOT, Settings
from pipelines.ingest import ingest
from pipelines.ingest.loading.loads import LOAD, QUARANTINE
from quality_rules.contract import Contract, load_contracts
from quality_rules.contract_dialect import Framing
from tests.chaos.malformed import FORMS, NAMES, TEXTS, Broken, Row, files
from tests.conftest import Storm

BASE = load_contracts()["sap_a__mara"]


def contract_of(form: str) -> Contract:
    """The contract a person writes for a form."""
    text = TEXTS.get("comma" if form == "gzip" else form)
    kind = "csv" if text else form
    columns = tuple(
        replace(BASE.columns[0], name=n, physical_name=n, xpath=n if kind == "xml" else None) for n in NAMES
    )
    place: dict[str, Any] = {"sheet": "data", "record_path": "d/r", "encodings": ("utf-8-sig",)}
    if text:
        place |= {"delimiter": text.separator, "encodings": (text.encoding,), "has_header": text.has_header}
    framing = Framing(line_end="&|") if form == "bulk" else Framing()
    return replace(
        BASE,
        id=f"broken__{form}",
        system="broken",
        table=form,
        path=f"broken/{form}/*.dat",
        format=kind,
        columns=columns,
        framing=framing,
        **place,
    )


@dataclass
class Seen:
    """What the lake says about one content."""

    status: str
    books: tuple[int, int, int, int]
    rows: list[Row] = field(default_factory=list)
    quarantined: int = 0


def _ingest(cases: list[Broken], home: Path) -> Mapping[tuple[str, str], Seen]:
    settings = Settings(ROOT, home, (home / "landing",), None, None, "1GB")
    for number, case in enumerate(cases):
        suffix = ".dat.gz" if case.form == "gzip" else ".dat"
        file = settings.landing_roots[0] / "broken" / case.form / f"{number:05}{suffix}"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(case.content)
    contracts = {c.id: c for c in map(contract_of, FORMS)}
    zone = RawZone(settings.raw_dir)
    ingest(settings, contracts, zone, datetime(2026, 1, 1, tzinfo=UTC))
    seen: dict[tuple[str, str], Seen] = {}
    for load in zone.read(LOAD).to_pylist():
        books = tuple(load[f"rows_{part}"] for part in ("in", "loaded", "quarantined", "rejected"))
        seen[load["source_table"], load["file_sha256"]] = Seen(load["status"], books)
    for table in contracts:
        for row in sorted(zone.read(table).to_pylist(), key=lambda row: row["_row"]):
            seen[table, row["_file_sha256"]].rows.append(tuple(row[name] for name in NAMES))
    for bad in zone.read(QUARANTINE).to_pylist():
        seen[bad["source_table"], bad["file_sha256"]].quarantined += 1
    return seen


def _faults(case: Broken, seen: Seen) -> list[str]:
    """What is wrong with what became of a file."""
    found = []
    loaded = [row for row in seen.rows if row in case.rows]
    if len(loaded) < len(seen.rows) or (case.is_refused and seen.rows):
        found.append("wrongly accepted")
    if len(set(seen.rows)) < len(seen.rows) or loaded != [row for row in case.rows if row in set(loaded)]:
        found.append("doubled or out of order")
    if not set(case.must) <= set(seen.rows):
        found.append("untouched row lost")
    total, good, bad, rejected = seen.books
    if (good, bad) != (len(seen.rows), seen.quarantined) or total != good + bad + rejected:
        found.append("books do not balance")
    if case.records is not None and total != case.records:
        found.append(f"{total} records accounted for, {case.records} delivered")
    return found


@pytest.mark.storm
def test_nothing_broken_is_accepted(storm: Storm, tmp_path: Path) -> None:
    """Prevents damage in any format from loading as data, taking whole rows along, or vanishing."""
    random = storm.random()
    cases = [case for _ in range(storm.size(sample=1, full=6)) for case in files(random)]
    books = _ingest(cases, tmp_path)
    faults: dict[str, list[str]] = defaultdict(list)
    fates: Counter[str] = Counter()
    for case in cases:
        seen = books[f"broken__{case.form}", sha256(case.content).hexdigest()]
        fates[seen.status] += 1
        fates["rows"] += len(seen.rows)
        fates["bad"] += seen.quarantined
        for fault in _faults(case, seen):
            faults[fault].append(f"{case.form}: {case.name}")
    storm.report(
        "malformed files",
        cases=len(cases),
        rejected=fates["rejected"],
        loaded=fates["loaded"],
        rows=fates["rows"],
        quarantined=fates["bad"],
        wrongly_accepted=len(faults["wrongly accepted"]),
    )
    assert not {fault: names for fault, names in faults.items() if names}
    assert fates["rejected"] > len(cases) / 4
    assert fates["rows"] > len(cases)
