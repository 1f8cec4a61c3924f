"""The Pollock corpus through the whole ingest: equal to the clean twin, or turned away by name.

All files lie in one lake and are ingested at once. A file may be rejected whole. Otherwise its records are
walked in order: each is in quarantine or is loaded as the next row of the twin, value for value, and rows of
the twin may be missing only where records are in quarantine, at most as many. Anything else, a record that
is neither loaded nor in quarantine included, is a silent difference.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from lakehouse.raw_zone import RawZone
from lakehouse.settings import ROOT, Settings
from pipelines.ingest import ingest
from pipelines.ingest.loading.loads import LOAD, QUARANTINE
from quality_rules.contract import Contract, load_contracts
from tests.chaos.pollock import Case, Row, Terms, read_cases
from tests.conftest import Storm

ARCHIVE = ROOT.parent / "shared" / "data" / "pollock.tgz"
BASE = load_contracts()["sap_a__mara"]
VERDICTS = ("equal", "quarantined", "rejected", "silent")
# Its twin has a word for "no value" taken out; a contract calls that a sentinel, and typing applies it.
NULL_WORDS = {"2004-2016.csv": "missing"}
# A reader that turned every one of these away would pass the rest of the test with nothing loaded.
MUST_EQUAL = {
    "file_double_trailing_newline.csv",
    "file_field_delimiter_0x2C_0x20.csv",
    "file_field_delimiter_0x3B.csv",
    "file_field_delimiter_0x9.csv",
    "file_header_multirow_2.csv",
    "file_header_multirow_3.csv",
    "file_no_header.csv",
    "file_no_trailing_newline.csv",
    "file_one_data_row.csv",
    "file_preamble.csv",
    "file_record_delimiter_0xA.csv",
    "file_record_delimiter_0xD.csv",
    "source.csv",
}


@dataclass
class Loaded:
    """What became of the files with one content."""

    status: str
    rows: dict[int, Row]
    bad: set[int]


def _contract(table: str, terms: Terms) -> Contract:
    columns = tuple(replace(BASE.columns[0], name=n, physical_name=n) for n in terms.names)
    return replace(
        BASE,
        id=f"pollock__{table}",
        system="pollock",
        table=table,
        path=f"pollock/{table}/*.csv",
        delimiter=terms.delimiter,
        encodings=(terms.encoding,),
        has_header=terms.has_header,
        framing=terms.framing,
        columns=columns,
    )


def _ingest(cases: list[Case], home: Path) -> Mapping[tuple[str, str], Loaded]:
    """What the lake says about every content, by table and sha256."""
    settings = Settings(ROOT, home, (home / "landing",), None, None, "1GB")
    tables = {terms: f"t{i}" for i, terms in enumerate(dict.fromkeys(case.terms for case in cases))}
    for number, case in enumerate(cases):
        file = settings.landing_roots[0] / "pollock" / tables[case.terms] / f"{number:05}.csv"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(case.content)
    contracts = {c.id: c for c in (_contract(table, terms) for terms, table in tables.items())}
    zone = RawZone(settings.raw_dir)
    ingest(settings, contracts, zone, datetime(2026, 1, 1, tzinfo=UTC))
    return _books(zone, contracts)


def _books(zone: RawZone, contracts: Mapping[str, Contract]) -> Mapping[tuple[str, str], Loaded]:
    found = {
        (load["source_table"], load["file_sha256"]): Loaded(load["status"], {}, set())
        for load in zone.read(LOAD).to_pylist()
    }
    for bad in zone.read(QUARANTINE).to_pylist():
        found[bad["source_table"], bad["file_sha256"]].bad.add(bad["row_no"])
    for table, contract in contracts.items():
        names = [column.physical_name for column in contract.columns]
        for row in zone.read(table).to_pylist():
            rows = found[table, row["_file_sha256"]].rows
            assert row["_row"] not in rows, f"{table}: a record is there twice"
            rows[row["_row"]] = tuple(row[name] for name in names)
    return found


def _verdict(case: Case, loaded: Loaded) -> str:
    if loaded.status == "rejected":
        assert not loaded.rows, case.name
        return "rejected"
    null = NULL_WORDS.get(case.name)
    rows = {n: tuple("" if value == null else value for value in row) for n, row in loaded.rows.items()}
    if not _is_twin_less_quarantine(replace(loaded, rows=rows), case.clean):
        return "silent"
    return "quarantined" if loaded.bad else "equal"


def _is_twin_less_quarantine(loaded: Loaded, twin: list[Row]) -> bool:
    """Whether the rows are the twin's, in order, with a quarantined record wherever one is missing."""
    at = named = 0
    for number in range(1, max([0, *loaded.rows, *loaded.bad]) + 1):
        if number in loaded.bad:
            named += 1
        elif number not in loaded.rows or loaded.rows[number] not in twin[at : at + named + 1]:
            return False
        else:
            at, named = twin.index(loaded.rows[number], at) + 1, 0
    return len(twin) - at <= named


def _table(verdicts: Mapping[str, Counter[str]]) -> Iterator[str]:
    yield f"{'pollution':<32}" + "".join(f"{verdict:>12}" for verdict in VERDICTS)
    for pollution, counts in sorted(verdicts.items()):
        yield f"{pollution:<32}" + "".join(f"{counts[verdict]:>12}" for verdict in VERDICTS)


@pytest.mark.storm
@pytest.mark.skipif(not ARCHIVE.is_file(), reason="the polluted files (pollock.tgz) are not here")
def test_polluted_files_are_never_silently_different(storm: Storm, tmp_path: Path) -> None:
    """Prevents what CSV readers do with damaged files: load other values than were meant, without a word."""
    cases = list(read_cases(ARCHIVE))
    named = [case for case in cases if case.folder == "survey_sample" or case.name.startswith("file_")]
    rows = [case for case in cases if case not in named]
    cases = [*named, *storm.random().sample(rows, storm.size(sample=200, full=len(rows)))]
    books = _ingest(cases, tmp_path)
    tables = {terms: f"pollock__t{i}" for i, terms in enumerate(dict.fromkeys(c.terms for c in cases))}
    verdicts: dict[str, Counter[str]] = defaultdict(Counter)
    silent, equal = [], set()
    for case in cases:
        verdict = _verdict(case, books[tables[case.terms], sha256(case.content).hexdigest()])
        verdicts[case.pollution][verdict] += 1
        silent += [case.name] if verdict == "silent" else []
        equal |= {case.name} if verdict == "equal" else set()
    print(*_table(verdicts), sep="\n")
    total = sum(verdicts.values(), Counter[str]())
    storm.report("pollock", cases=len(cases), **{verdict: total[verdict] for verdict in VERDICTS})
    assert not silent
    assert equal >= MUST_EQUAL & {case.name for case in cases}
    assert total["equal"] + total["quarantined"] > len(cases) / 2
