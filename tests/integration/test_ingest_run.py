"""The whole ingest on a temporary lake: nothing lost, nothing twice, one bad file stops nobody."""

import gzip
import os
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest

from lakehouse import storage
from lakehouse.raw_zone import RawZone
from lakehouse.settings import Settings
from lakehouse.storage import StorageFailure
from pipelines.ingest import IngestReport, ingest
from pipelines.ingest.admission import copying, originals
from pipelines.ingest.loading import table_load
from pipelines.ingest.loading.loads import LOAD, QUARANTINE, Accounts
from pipelines.ingest.readers import csv_stream
from pipelines.ingest.rules import Rule
from quality_rules.contract import Contract, load_contracts

BASE = load_contracts()["sap_a__mara"]
AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def contract_of(table: str, names: list[str], **place: Any) -> Contract:
    """A contract of text columns for landing/erp/<table>/<table>_<date>.csv."""
    columns = tuple(replace(BASE.columns[0], name=name, physical_name=name, xpath=name) for name in names)
    default = {
        "id": f"erp__{table}",
        "system": "erp",
        "table": table,
        "version": "1.0.0",
        "path": f"erp/{table}/{table}_*.csv",
        "columns": columns,
    }
    return replace(BASE, **{**default, **place})


CONTRACTS = {c.id: c for c in (contract_of("item", ["no", "name"]), contract_of("move", ["no", "qty"]))}


@dataclass
class Lake:
    """A lake in a folder of the test."""

    settings: Settings
    zone: RawZone

    def drop(self, name: str, content: bytes | str, root: int = 0) -> Path:
        path = self.settings.landing_roots[root] / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def run(self, contracts: Mapping[str, Contract] = CONTRACTS, **options: Any) -> IngestReport:
        return ingest(self.settings, contracts, self.zone, AT, **options)

    def rows(self, table: str, *columns: str) -> list[tuple[Any, ...]]:
        found = self.zone.read(table)
        return sorted(zip(*(found.column(c).to_pylist() for c in columns), strict=True))

    def require_balance(self) -> None:
        """The equation of every load, against what really lies in the tables."""
        for load in self.zone.read(LOAD).to_pylist():
            stored = load["rows_loaded"], load["rows_quarantined"], load["rows_rejected"]
            assert load["rows_in"] == sum(stored)
            if load["status"] == "loaded":
                ids = self.zone.read(load["source_table"], ["_load_id"]).column(0).to_pylist()
                assert ids.count(load["load_id"]) == load["rows_loaded"]
            ids = self.zone.read(QUARANTINE, ["load_id"]).column(0).to_pylist()
            assert ids.count(load["load_id"]) == load["rows_quarantined"]


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """An empty lake with its drop zone and one foreign landing root."""
    data = tmp_path / "data"
    roots = (data / "landing", tmp_path / "foreign")
    settings = Settings(tmp_path, data, roots, None, None, "1GB")
    return Lake(settings, RawZone(settings.raw_dir))


ITEMS = "no,name\n1,gauze\n2,\n"


def test_rows_carry_where_they_came_from(lake: Lake) -> None:
    """Prevents a raw row that cannot be walked back to its file, record, contract and extract date."""
    lake.drop("erp/item/item_20260101.csv", ITEMS)
    report = lake.run()
    (load,) = lake.zone.read(LOAD).to_pylist()
    (row, _) = sorted(lake.zone.read("erp__item").to_pylist(), key=lambda row: row["_row"])
    assert row == {
        "no": "1",
        "name": "gauze",
        "_file_sha256": load["file_sha256"],
        "_row": 1,
        "_load_id": load["load_id"],
        "_contract_version": "1.0.0",
        "_extracted_on": "20260101",
        "_loaded_at": AT,
    }
    assert (load["file_name"], load["status"], load["encoding"]) == (
        "erp/item/item_20260101.csv",
        "loaded",
        "utf-8-sig",
    )
    kept = lake.settings.originals_dir / load["file_sha256"][:2] / load["file_sha256"]
    assert kept.read_text() == ITEMS
    assert (report.files, report.loaded, report.quarantined, report.rejected) == (1, 2, 0, 0)
    lake.require_balance()


def test_tables_without_a_file_exist_empty(lake: Lake) -> None:
    """Prevents a model from failing because a source has sent nothing yet."""
    lake.run()
    assert lake.zone.read("erp__move").num_rows == 0
    assert lake.zone.read("erp__move").column_names[:2] == ["no", "qty"]


def test_second_run_changes_nothing(lake: Lake) -> None:
    """Prevents a file from being loaded twice: under another name, with the fingerprint cache or without."""
    lake.drop("erp/item/item_20260101.csv", ITEMS)
    lake.drop("erp/item/bad_20260101.csv", "x")
    lake.run()
    before = lake.zone.versions()
    lake.drop("erp/item/item_20260102.csv", ITEMS)
    assert (lake.run().known, lake.run().rows_in) == (3, 0)
    (lake.settings.originals_dir / "fingerprints.jsonl").write_text("not json")
    assert lake.run().rows_in == 0
    assert lake.zone.versions() == before


def test_same_content_in_one_run_is_one_load(lake: Lake) -> None:
    """Prevents a doubled extract from doubling its rows; the name that sorts first is the one on record."""
    for name in ("item_b.csv", "item_a.csv", "item_c.csv.gz"):
        content = gzip.compress(ITEMS.encode()) if name.endswith("gz") else ITEMS
        lake.drop(f"erp/item/{name}", content)
    report = lake.run()
    names = [row[0] for row in lake.rows(LOAD, "file_name")]
    # The archive is another file with other bytes; its rows are the typing stage's duplicates to merge.
    assert names == ["erp/item/item_a.csv", "erp/item/item_c.csv.gz"]
    assert report.loaded == 4


def test_many_files_of_a_table_are_one_commit(lake: Lake) -> None:
    """Prevents one Delta commit per file, which grows the log and slows every reader."""
    for day in range(30):
        lake.drop(f"erp/item/item_202601{day:02}.csv", f"no,name\n{day},x\n")
    report = lake.run()
    assert (lake.zone.version("erp__item"), report.loaded) == (1, 30)
    lake.drop("erp/item/item_20260201.csv", "no,name\n99,y\n")
    lake.run()
    assert (lake.zone.version("erp__item"), lake.zone.read("erp__item").num_rows) == (2, 31)


def test_dq_fil_bad_files_are_on_record_and_stop_nobody(lake: Lake) -> None:
    """Prevents a bad file from stopping another source, or from vanishing without a reason and a remedy."""
    lake.drop("erp/item/item_20260101.csv", "no,wrong\n1,2\n")
    lake.drop("erp/item/item_20260102.csv", b"no,name\n1,\xff\n")
    lake.drop("erp/item/item_20260103.csv", "")
    lake.drop("erp/item/notes.txt", "hello")
    lake.drop("somewhere/else.csv", "a")
    lake.drop("erp/move/move_20260101.csv", "no,qty\n1,5\n2\n")
    lake.drop("erp/item/not_ours.csv", ITEMS, root=1)
    report = lake.run()
    assert [(f.file_name, f.rule_id) for f in report.rejected_files] == [
        ("erp/item/item_20260101.csv", "DQ-FIL-003"),
        ("erp/item/item_20260102.csv", "DQ-FIL-002"),
        ("erp/item/item_20260103.csv", "DQ-FIL-004"),
        ("erp/item/notes.txt", "DQ-FIL-001"),
        ("somewhere/else.csv", "DQ-FIL-001"),
    ]
    assert all(" | " in f.reason and " | " in f.remedy for f in report.rejected_files)
    assert lake.rows("erp__move", "no", "qty", "_row") == [("1", "5", 1)]
    assert lake.rows(QUARANTINE, "source_table", "row_no", "rule_id", "raw_text") == [
        ("erp__move", 2, "DQ-REC-001", "2")
    ]
    assert (report.rows_in, report.loaded, report.quarantined, report.rejected) == (3, 1, 1, 1)
    lake.require_balance()
    assert lake.run().rows_in == 0


def test_rejected_file_is_tried_again_under_a_new_contract_version(lake: Lake) -> None:
    """Prevents a file turned away for a contract's mistake from being lost after the contract is mended."""
    lake.drop("erp/move/move_20260101.csv", "no,amount\n1,5\n")
    narrow = {"erp__move": contract_of("move", ["no", "qty"])}
    assert lake.run(narrow).rejected == 1
    assert lake.run(narrow).known == 1
    # Mended before anything was loaded; a table that holds rows keeps its columns.
    zone = RawZone(lake.settings.data_dir / "raw_mended")
    ingest(lake.settings, {"erp__move": contract_of("move", ["no", "amount"], version="1.1.0")}, zone, AT)
    assert zone.read("erp__move").num_rows == 1
    again = lake.run({"erp__move": replace(narrow["erp__move"], version="1.1.0")})
    assert [(f.rule_id) for f in again.rejected_files] == ["DQ-FIL-003"]


def test_foreign_root_gives_only_what_a_contract_names(lake: Lake) -> None:
    """Prevents a folder that belongs to someone else from filling the records with rejections."""
    lake.drop("erp/item/item_1.csv", ITEMS, root=1)
    lake.drop("erp/item/other.csv", "x", root=1)
    lake.drop("README.md", "x", root=1)
    report = lake.run()
    assert (report.files, report.loaded, report.rejected_files) == (1, 2, ())


def test_link_out_of_the_drop_zone_is_not_followed(lake: Lake, tmp_path: Path) -> None:
    """Prevents a link in the drop zone from pulling a file of the machine into the lake."""
    secret = tmp_path / "secret.csv"
    secret.write_text(ITEMS)
    (lake.settings.landing_roots[0] / "erp/item").mkdir(parents=True)
    (lake.settings.landing_roots[0] / "erp/item/item_1.csv").symlink_to(secret)
    assert lake.run().files == 0


def test_foreign_names_reach_no_engine(lake: Lake) -> None:
    """Prevents glob characters, quotes and line ends in a name from reading or breaking other records."""
    for name in ("item_[1].csv", "item_'; x.csv", "item_*.csv", "item_\n.csv", "item_批.csv"):
        lake.drop(f"erp/item/{name}", f"no,name\n{len(name)},{name!r}\n".replace("'", ""))
    report = lake.run()
    assert (report.files, report.loaded, report.quarantined, report.rejected_files) == (5, 5, 0, ())


def test_file_that_changes_while_read_is_left_for_the_next_run(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Prevents a half-written extract from being taken as whole, and from being given up."""
    path = lake.drop("erp/item/item_1.csv", ITEMS)
    real = copying.hashlib.sha256

    def growing(*content: bytes) -> Any:
        path.write_text(ITEMS + "3,late\n")
        return real(*content)

    with monkeypatch.context() as patch:
        patch.setattr(copying.hashlib, "sha256", growing)
        report = lake.run()
    assert [f.rule_id for f in report.rejected_files] == [str(Rule.CHANGED)]
    assert lake.run().loaded == 3
    assert not list((lake.settings.originals_dir / ".incoming").iterdir())


@pytest.mark.parametrize("text", [ITEMS, 'no,name\n"1",gauze\n2,\n'])
def test_large_file_that_changes_after_it_was_copied_leaves_nothing(
    lake: Lake, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    """Prevents rows of a file whose proof failed while it was being loaded, and the file's being given up."""
    path = lake.drop("erp/item/item_1.csv", text)
    monkeypatch.setattr(originals, "LARGE", 0)
    monkeypatch.setattr(csv_stream, "LARGE", 0)
    real = copying.prove

    def late(source: Path, *rest: Any, **how: Any) -> None:
        path.write_text(text.replace("gauze", "gauzE"))
        real(source, *rest, **how)

    with monkeypatch.context() as patch:
        patch.setattr(originals, "prove", late)
        report = lake.run()
    assert [f.rule_id for f in report.rejected_files] == [str(Rule.CHANGED)]
    assert (report.loaded, lake.zone.read("erp__item").num_rows) == (0, 0)
    assert not list(lake.zone.table_path("erp__item").glob("*.parquet"))
    path.write_text(text)
    assert lake.run().loaded == 2
    lake.require_balance()


class Crash(BaseException):
    """The process dies here."""


@pytest.mark.parametrize("step", ["prepare_nothing", "quarantine", "load"])
def test_crash_between_commits_heals(lake: Lake, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """Prevents rows without a load record, or doubled rows, after a crash between two commits."""
    lake.drop("erp/item/item_1.csv", "no,name\n1,a\n2\n")
    lake.drop("erp/move/move_1.csv", "no,qty\n1,a\n")
    real = RawZone.append

    def dying(zone: RawZone, name: str, data: Any, app_ids: Any) -> int:
        if step == "quarantine" and name == QUARANTINE or step == "load" and name == LOAD:
            raise Crash
        return real(zone, name, data, app_ids)

    def dead(self: Accounts) -> None:
        raise Crash

    with monkeypatch.context() as patch:
        patch.setattr(RawZone, "append", dying)
        if step == "prepare_nothing":
            patch.setattr(Accounts, "write", dead)
        with pytest.raises(Crash):
            lake.run()
    assert lake.zone.read("erp__item").num_rows == 1
    assert lake.zone.read(LOAD).num_rows == 0
    report = lake.run()
    assert (report.loaded, report.quarantined) == (2, 1)
    assert lake.zone.read("erp__item").num_rows == 1
    assert lake.zone.read(QUARANTINE).num_rows == 1
    lake.require_balance()
    assert lake.run().rows_in == 0


def test_order_of_files_does_not_matter(tmp_path: Path) -> None:
    """Prevents the raw zone from depending on the order in which a file system lists files."""
    found = []
    for turn in range(2):
        settings = Settings(
            tmp_path, tmp_path / f"d{turn}", (tmp_path / f"d{turn}" / "landing",), None, None, "1GB"
        )
        lake = Lake(settings, RawZone(settings.raw_dir))
        days = list(range(20))
        random.Random(turn).shuffle(days)
        for day in days:
            lake.drop(f"erp/item/item_{day:02}.csv", f"no,name\n{day},x\n{day}\n")
        lake.run()
        found.append(
            [
                lake.zone.read("erp__item").to_pylist(),
                lake.zone.read(LOAD).to_pylist(),
                lake.zone.read(QUARANTINE).to_pylist(),
            ]
        )
    assert found[0] == found[1]


def test_large_file_streams_into_one_commit(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    """Prevents a large file from being held whole, split over commits, or half loaded when its end is bad."""
    monkeypatch.setattr("pipelines.ingest.readers.csv_reader.BLOCK", 1000)
    monkeypatch.setattr("pipelines.ingest.loading.table_load.BYTES_PER_PART", 2000)
    lake.drop("erp/item/item_1.csv", ITEMS)
    body = "".join(f"{i},name {i}\n" for i in range(2000))
    lake.drop("erp/item/item_2.csv", f"no,name\n{body}bad\n")
    report = lake.run()
    rows = lake.rows("erp__item", "_extracted_on", "_row", "no")
    assert len(list(lake.zone.table_path("erp__item").glob("*.parquet"))) > 5
    assert (report.loaded, report.quarantined, lake.zone.version("erp__item")) == (2002, 1, 2)
    assert [row[2] for row in rows if row[1] > 2] == [str(i) for i in range(2, 2000)]
    lake.require_balance()


STREAMED = {
    "plain": ("no,name\n1,a\n2,\n", True),
    "windows": ("no,name\r\n1,a\r\n2,\r\n", True),
    "mark and other order": ("\ufeffname,no\na,1\n,2\n", True),
    "no last line end": ("no,name\n1,a\n2,", True),
    "spaces and words": ("no,name\n 1 ,NULL\nNA,#x\n", True),
    "a quote": ('no,name\n1,"a"\n2,b\n', False),
    "a bad record": ("no,name\n1,a\n2\n3,c\n", False),
    "the header again": ("no,name\n1,a\nno,name\n2,b\n", False),
    "damage": ("no,name\n1,\ufffd\n2,b\n", False),
    "blank lines at the end": ("no,name\n1,a\n\n\n", False),
}


@pytest.mark.parametrize(("text", "streams"), STREAMED.values(), ids=STREAMED.keys())
def test_large_clean_file_loads_as_a_small_one(
    lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, streams: bool
) -> None:
    """Prevents the fast way of large files from giving other rows than the ordinary way, or fewer checks."""
    small = Lake(replace(lake.settings, data_dir=tmp_path / "small"), RawZone(tmp_path / "small" / "raw"))
    lake.drop("erp/item/item_20260101.csv", text)
    small.run()
    streamed: list[csv_stream.Uniform] = []
    real = table_load.lazy_rows
    monkeypatch.setattr(csv_stream, "LARGE", 0)
    monkeypatch.setattr(csv_stream, "PIECE", 5)
    monkeypatch.setattr(table_load, "lazy_rows", lambda found: (streamed.append(found), real(found))[1])
    lake.run()
    assert any(found.rows for found in streamed) is streams
    for table in ("erp__item", QUARANTINE, LOAD):
        ordered = [sorted(lake_.zone.read(table).to_pylist(), key=str) for lake_ in (lake, small)]
        assert ordered[0] == ordered[1]
    assert lake.zone.read(LOAD).num_rows == 1
    lake.require_balance()


def test_full_disk_is_not_called_the_fault_of_a_large_file(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Prevents an engine's words for a full disk from being read as two parsers that disagree on a file."""

    def full(*_: object) -> None:
        raise pl.exceptions.ComputeError("No space left on device (os error 28)")

    lake.drop("erp/item/item_20260101.csv", ITEMS)
    with monkeypatch.context() as patch:
        patch.setattr(csv_stream, "LARGE", 0)
        patch.setattr(table_load, "write_part", full)
        with pytest.raises(StorageFailure):
            lake.run()
    assert lake.zone.read(LOAD).num_rows == 0
    lake.run()
    lake.require_balance()


def test_one_workbook_or_document_feeds_several_contracts(lake: Lake) -> None:
    """Prevents a second record type in one file from being taken as already loaded."""
    place = {"format": "xml", "path": "mes/doc/doc_*.xml", "system": "mes"}
    contracts = {
        "mes__a": contract_of("a", ["x"], id="mes__a", record_path="d/a", **place),
        "mes__b": contract_of("b", ["y"], id="mes__b", record_path="d/b", **place),
    }
    lake.drop("mes/doc/doc_20260101.xml", "<d><a><x>1</x></a><a><x>2</x></a></d>")
    report = lake.run(contracts)
    assert [(t.source_table, t.rows_loaded) for t in report.tables] == [("mes__a", 2), ("mes__b", 0)]
    assert lake.rows(LOAD, "source_table", "status", "rule_id") == [
        ("mes__a", "loaded", ""),
        ("mes__b", "loaded", "DQ-FIL-004"),
    ]
    assert lake.run(contracts).known == 2


def test_only_the_systems_asked_for(lake: Lake) -> None:
    """Prevents one source's run from touching another source's tables or files."""
    other = contract_of("x", ["a"], id="lab__x", system="lab", path="lab/x/x_*.csv")
    lake.drop("erp/item/item_1.csv", ITEMS)
    lake.drop("lab/x/x_1.csv", "a\n1\n")
    lake.drop("lab/x/stray.csv", "a\n1\n")
    contracts = {**CONTRACTS, other.id: other}
    report = lake.run(contracts, systems={"erp"})
    assert ([t.source_table for t in report.tables], report.files) == (["erp__item"], 1)
    seen: list[tuple[str, int, int]] = []
    lake.run(contracts, systems={"lab"}, progress=lambda *step: seen.append(step))
    assert seen == [("lab__x", 1, 1)]


def test_unreadable_file_is_on_record_once(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    """Prevents a file without read permission from stopping the run or filling the records."""
    lake.drop("erp/item/item_1.csv", ITEMS)
    lake.drop("erp/move/move_1.csv", "no,qty\n1,2\n")
    real: Callable[..., Any] = os.open

    def refusing(path: Any, *args: Any, **options: Any) -> Any:
        if str(path).endswith("item_1.csv"):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path, *args, **options)

    monkeypatch.setattr(os, "open", refusing)
    assert [f.rule_id for f in lake.run().rejected_files] == ["DQ-FIL-002"]
    assert lake.run().rows_in == 0
    assert lake.zone.read("erp__move").num_rows == 1
    monkeypatch.undo()
    assert lake.run().loaded == 2
    assert os.access(lake.settings.originals_dir, os.R_OK)


def test_ingest_that_does_not_fit_the_disk_is_not_started(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Prevents a load from filling the disk before it fails; what is kept already needs no room."""
    lake.drop("erp/item/item_1.csv", ITEMS)
    os.utime(lake.settings.landing_roots[0] / "erp/item/item_1.csv", (1, 1))
    lake.run()
    big = lake.drop("erp/item/item_2.csv", ITEMS + "3,tube\n")
    with monkeypatch.context() as patch:
        room = storage.RESERVE_BYTES + 3 * big.stat().st_size
        patch.setattr(storage.shutil, "disk_usage", lambda _: SimpleNamespace(free=room - 1))
        with pytest.raises(storage.StorageFailure, match="ingest may need 67 MB.*was not started"):
            lake.run()
        patch.setattr(storage.shutil, "disk_usage", lambda _: SimpleNamespace(free=room))
        assert lake.run().loaded == 3
