"""Foreign sources: an ERP nobody here wrote, and the US device register."""

import gzip
import re
from datetime import UTC, datetime

import pytest

from lakehouse.raw_zone import RawZone
from lakehouse.settings import ROOT, Settings
from pipelines.ingest import ingest
from quality_rules.contract import load_contracts

DATA = ROOT.parent / "shared" / "data"
CONTRACTS = load_contracts()

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
    end = (contract.framing.line_end or "") + "\n"
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
