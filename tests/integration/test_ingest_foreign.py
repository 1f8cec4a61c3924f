"""Real and foreign files: an ERP nobody here wrote, the US device register, and 2,290 polluted CSV files.

How a polluted file is compared with its clean twin: a file may be rejected by name. Otherwise every loaded
row must be the row of that number in the twin, value for value, and every row of the twin that did not load
must be in quarantine under its number.
"""

import csv
import gzip
import io
import re
import tarfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lakehouse.raw_zone import RawZone
from lakehouse.settings import ROOT, Settings
from pipelines.ingest import ingest
from pipelines.ingest.readers import open_original
from pipelines.ingest.records import FileRejected
from pipelines.ingest.rules import Rule
from quality_rules.contract import Contract, load_contracts

DATA = ROOT.parent / "shared" / "data"
CONTRACTS = load_contracts()
POLLUTED = "pollock/polluted_files/"
HEADER = ["DATE", "TIME", "Qty", "PRODUCTID", "Price", "ProductType", "ProductDescription", "URL", "Comments"]
# Two tables of one shape in one file: the second header is quarantined and tells of it, but its rows are rows
# of this shape and load; that they repeat the first table is for the keys to find, not for a reader.
TWO_TABLES = "file_multitable_same.csv"
MUST_EQUAL = {
    "file_double_trailing_newline.csv",
    "file_no_header.csv",
    "file_no_trailing_newline.csv",
    "file_one_data_row.csv",
    "source.csv",
}

needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the shared test data is not here")


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> RawZone:
    """Both foreign sources, ingested in place."""
    data = tmp_path_factory.mktemp("lake")
    settings = Settings(ROOT, data, (data / "landing", DATA), None, None, "1GB")
    zone = RawZone(settings.raw_dir)
    report = ingest(
        settings, CONTRACTS, zone, datetime(2026, 1, 1, tzinfo=UTC), systems={"adventureworks", "gudid"}
    )
    assert (report.quarantined, report.rejected_files) == (0, ())
    return zone


@needs_data
@pytest.mark.parametrize("table", sorted(i for i, c in CONTRACTS.items() if c.system == "adventureworks"))
def test_adventureworks_is_read_completely(foreign: RawZone, table: str) -> None:
    """Prevents a lost, cut or shifted row: each file is split as a plain string and compared."""
    contract = CONTRACTS[table]
    text = (DATA / contract.path).read_text(encoding="utf-8-sig")
    end = (contract.line_end or "") + "\n"
    expected = [tuple(record.split(contract.delimiter)) for record in text.split(end) if record]
    rows = foreign.read(table).to_pylist()
    rows.sort(key=lambda row: row["_row"])
    assert [tuple(row[c.physical_name] for c in contract.columns) for row in rows] == expected
    assert [row["_row"] for row in rows] == list(range(1, len(expected) + 1))


@needs_data
@pytest.mark.parametrize("table", sorted(i for i, c in CONTRACTS.items() if c.system == "gudid"))
def test_gudid_is_read_completely(foreign: RawZone, table: str) -> None:
    """Prevents a record type of the register from losing records: elements are counted in the text itself."""
    text = gzip.decompress((DATA / "gudid" / "gudid_sample.xml.gz").read_bytes()).decode()
    element = (CONTRACTS[table].record_path or "").rpartition("/")[2]
    assert foreign.read(table).num_rows == len(re.findall(rf"<{element}[\s>]", text))


@needs_data
def test_gudid_keys_are_the_registers_own(foreign: RawZone) -> None:
    """Prevents an identifier from being tied to another device, or from losing its leading zeros."""
    text = gzip.decompress((DATA / "gudid" / "gudid_sample.xml.gz").read_bytes()).decode()
    expected = []
    for device in re.findall(r"<device\s.*?</device>", text, re.DOTALL):
        *identifiers, primary = re.findall(r"<deviceId>(.*?)</deviceId>", device)
        expected += [(primary, identifier) for identifier in identifiers]
    rows = sorted(foreign.read("gudid__identifier").to_pylist(), key=lambda row: row["_row"])
    columns = {c.xpath: c.physical_name for c in CONTRACTS["gudid__identifier"].columns}
    primary, own = columns["../../deviceId"], columns["deviceId"]
    assert [(row[primary], row[own]) for row in rows] == expected


def _polluted() -> Iterator[tuple[str, bytes, bytes]]:
    """All whole-file pollutions and every fifteenth of the row pollutions, each with its clean twin."""
    archive = DATA / "pollock.tgz"
    with tarfile.open(archive) as listing:
        files = sorted(m.name for m in listing if m.isfile() and m.name.startswith(POLLUTED + "csv/"))
    rows = [name for name in files if "/row_" in name]
    chosen = [*(name for name in files if "/row_" not in name), *rows[::15]]
    twins = {name: name.replace("/csv/", "/clean/") for name in chosen}
    wanted = {*twins, *twins.values()}
    # Read front to back: going back in a compressed archive unpacks it again from the start.
    with tarfile.open(archive) as content:
        found = {
            m.name: file.read() for m in content if m.name in wanted and (file := content.extractfile(m))
        }
    for name, twin in twins.items():
        yield Path(name).name, found[name], found[twin]


def _table(content: bytes) -> list[tuple[str, ...]]:
    text = content.decode("utf-8-sig")
    return [tuple(row) for row in csv.reader(io.StringIO(text, newline=""))]


def _read(contract: Contract, content: bytes, folder: Path) -> tuple[dict[int, tuple[str, ...]], set[int]]:
    (folder / "file").write_bytes(content)
    chunks = list(open_original(folder / "file", "file", contract, folder).chunks)
    rows = {row[-1]: row[:-1] for chunk in chunks for row in chunk.rows.rows()}
    return rows, {bad.row_no for chunk in chunks for bad in chunk.bad}


def _verdict(name: str, dirty: bytes, clean: bytes, folder: Path) -> str:
    header, *twin = _table(clean) or [tuple(HEADER)]
    columns = tuple(replace(CONTRACTS["sap_a__mara"].columns[0], name=n, physical_name=n) for n in header)
    contract = replace(CONTRACTS["sap_a__mara"], columns=columns, encodings=("utf-8-sig", "gb18030"))
    try:
        rows, bad = _read(contract, dirty, folder)
    except FileRejected as rejected:
        assert rejected.rule in {Rule.HEADER, Rule.EMPTY, Rule.UNREADABLE}, name
        return "rejected"
    extra = [number for number in rows if number > len(twin)]
    assert not extra or name == TWO_TABLES, f"{name}: rows the twin does not have"
    assert all(rows[n] == twin[n - 1] for n in rows if n <= len(twin)), f"{name}: a row differs from its twin"
    assert set(range(1, len(twin) + 1)) - set(rows) <= bad, (
        f"{name}: a row is neither loaded nor in quarantine"
    )
    return "quarantined" if bad else "equal"


@pytest.mark.skipif(not (DATA / "pollock.tgz").is_file(), reason="the polluted files are not here")
def test_polluted_files_are_never_silently_different(tmp_path: Path) -> None:
    """Prevents what CSV readers do with damaged files: load other values than were meant, without a word."""
    verdicts = {name: _verdict(name, dirty, clean, tmp_path) for name, dirty, clean in _polluted()}
    assert {name for name, verdict in verdicts.items() if verdict == "equal"} >= MUST_EQUAL
    kinds = {
        kind: sum(verdict == kind for verdict in verdicts.values()) for kind in ("rejected", "quarantined")
    }
    assert len(verdicts) > 150
    assert kinds["quarantined"] > 140
    # A broken record elsewhere than in the header must not cost the file.
    assert all(v == "quarantined" for n, v in verdicts.items() if re.match(r"row_\w+_row([2-9]|\d\d+)_", n))
