"""Foreign sources: an ERP nobody here wrote, and the US device register."""

import gzip
import re
from datetime import UTC, datetime
from typing import Any

import duckdb
import pytest

from lakehouse.raw_zone import RawZone
from lakehouse.settings import ROOT, Settings
from lakehouse.warehouse import load_delta, mount_raw
from pipelines.ingest import ingest
from pipelines.sqlmesh.rendered import rendered_statements
from quality_rules.contract import load_contracts
from reports.gudid.document import from_xml, primary_di
from reports.gudid.record import GudidRecord, read_gudid

DATA = ROOT.parent / "shared" / "data"
CONTRACTS = load_contracts()
US_MODELS = ("core.us_device", "core.us_device_identifier", "core.us_device_attribute")

needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the shared test data is not here")


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> RawZone:
    """Both foreign sources, ingested in place."""
    data = tmp_path_factory.mktemp("lake")
    settings = Settings(ROOT, data, (data / "landing", DATA), None, None, "1GB")
    zone = RawZone(settings.raw_dir)
    report = ingest(
        settings,
        CONTRACTS,
        zone,
        datetime(2026, 1, 1, tzinfo=UTC),
        systems={"adventureworks", "gudid", "udi"},
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


@pytest.fixture(scope="module")
def us_records(foreign: RawZone, tmp_path_factory: pytest.TempPathFactory) -> tuple[GudidRecord, ...]:
    """The published US records of core, built by the models' own SQL from the raw zone alone."""
    settings = Settings.from_env({"MEDLAKE_DATA": str(tmp_path_factory.mktemp("models"))})
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        load_delta(con)
        mount_raw(con, foreign, foreign.versions())
        for statement in rendered_statements(settings, US_MODELS):
            con.execute(statement)
        return read_gudid(con, "published")


@needs_data
def test_every_record_of_gudid_is_exported_as_it_came(us_records: tuple[GudidRecord, ...]) -> None:
    """Prevents a field of the register from being lost on its way through raw, stg and core.

    Contacts are personal data and are not taken; typing trims blanks at the ends of texts.
    """
    content = gzip.decompress((DATA / "gudid" / "gudid_sample.xml.gz").read_bytes())
    wanted = {primary_di(record): _trimmed(record) for record in from_xml(content)}
    assert len(us_records) == len(wanted) == 1899
    assert [r.primary_di for r in us_records if dict(r.content) != wanted[r.primary_di]] == []


def _trimmed(value: Any) -> Any:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, dict):
        return {name: _trimmed(part) for name, part in value.items() if name != "customer_contacts"}
    return [_trimmed(part) for part in value] if isinstance(value, list) else value
