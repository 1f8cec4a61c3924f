"""Release archives of the Chinese register: read as upstream expects, mapped in their newest version.

Upstream refuses a whole package when one part is damaged. Here the damaged part is refused by name and the
others load: a record is a statement of its own, and the next delivery of the package brings the missing part.
"""

import json
import re
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from lakehouse.raw_zone import RawZone
from lakehouse.settings import ROOT, Settings
from pipelines.ingest import IngestReport, ingest
from pipelines.sqlmesh.typed.query import finding_query, typing_query
from quality_rules.contract import load_contracts

DATA = ROOT.parent / "shared" / "data"
AT = datetime(2026, 9, 20, tzinfo=UTC)
CONTRACTS = {i: c for i, c in load_contracts().items() if c.system == "nmpa"}
DI, BOX, CASE = "09521234543213", "19521234543210", "29521234543217"


class Lake:
    """A lake in a folder of the test."""

    def __init__(self, folder: Path, *foreign: Path) -> None:
        self.settings = Settings(folder, folder / "data", (folder / "landing", *foreign), None, None, "1GB")
        self.zone = RawZone(self.settings.raw_dir)

    def run(self, path: str) -> IngestReport:
        contracts = {i: replace(c, path=path) for i, c in CONTRACTS.items()}
        return ingest(self.settings, contracts, self.zone, AT)

    def rows(self, table: str, **named: str) -> list[dict[str, Any]]:
        """Raw rows of the files whose name begins so."""
        names = {r["file_sha256"]: r["file_name"] for r in self.zone.read("medlake__load").to_pylist()}
        rows = [
            row | {"file": names[row["_file_sha256"]]} for row in self.zone.read(f"nmpa__{table}").to_pylist()
        ]
        return sorted(
            (r for r in rows if named.get("of", "") in r["file"]), key=lambda r: (r["file"], r["_row"])
        )

    def typed(self) -> duckdb.DuckDBPyConnection:
        """Typed tables, good rows and mappings, as the warehouse has them."""
        con = duckdb.connect()
        for schema in ("raw", "typed", "stg"):
            con.execute(f"CREATE SCHEMA {schema}")
        for contract in CONTRACTS.values():
            raw = self.zone.read(contract.id)
            con.register("rows", raw)
            con.execute(f"CREATE TABLE raw.{contract.id} AS SELECT * FROM rows")
            con.execute(f"CREATE TABLE typed.{contract.id} AS {typing_query(contract)}")
            con.execute(
                f"CREATE VIEW stg.{contract.id} AS SELECT * FROM typed.{contract.id} WHERE _status = 'good'"
            )
        for path in (ROOT / "models" / "stg" / "nmpa").glob("as_*.sql"):
            query = path.read_text(encoding="utf-8").split(");\n", 1)[1]
            con.execute(f"CREATE VIEW stg.nmpa__{path.stem} AS {query}")
        return con


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> tuple[Lake, IngestReport, dict[str, Any]]:
    """The shared release files, ingested in place."""
    folder = DATA / "nmpa_udi"
    if not folder.is_dir():
        pytest.skip("the shared test data is not here")
    lake = Lake(tmp_path_factory.mktemp("lake"), DATA)
    return lake, lake.run("nmpa_udi/*.xml"), json.loads((folder / "expected.json").read_text())


def test_relations_packings_and_storage_are_as_expected(
    foreign: tuple[Lake, IngestReport, dict[str, Any]],
) -> None:
    """Prevents fields of the register from being lost, mixed up or attached to another device."""
    lake, _, expected = foreign
    devices, relations = lake.rows("device", of="device_A"), expected["device_A_relations.xml"]
    company = "苏州鼎科医疗技术股份有限公司"
    assert len(devices) == relations["devices"]
    assert [d["tyshxydm"] for d in devices if d["ylqxzcrbarmc"] == company] == [relations["USCC"]]
    packings, expected_packing = lake.rows("package", of="device_B"), expected["device_B_packing.xml"]
    assert len(packings) == expected_packing["packings"]
    assert packings[0]["bzcpbs"] == expected_packing["package_di[0]"]
    assert int(packings[0]["bznhxyjcpbssl"]) == expected_packing["contains"]
    storage, expected_storage = lake.rows("storage", of="device_C"), expected["device_C_storage.xml"]
    assert f"{storage[0]['zdz']}-{storage[0]['zgz']}{storage[0]['jldw']}" == expected_storage["range[0]"]
    assert (storage[1]["zdz"] or None, float(storage[1]["zgz"])) == (
        expected_storage["min[1]"],
        expected_storage["max[1]"],
    )


def test_archives_give_the_expected_records(foreign: tuple[Lake, IngestReport, dict[str, Any]]) -> None:
    """Prevents a nested release from being missed, and a damaged part from giving a record or hiding."""
    lake, report, expected = foreign

    def keys(name: str) -> list[str]:
        return [row["deviceRecordKey"] for row in lake.rows("device", of=name)]

    month, days = "UDID_MONTHLY_UPDATE_20260801_20260831.zip", "nested_daily_out_of_order.zip"
    assert keys(month) == expected[month]["deviceRecordKey"]
    assert keys(days) == expected[days]["deviceRecordKey order"]
    assert keys("second_part_truncated.zip!UDID_FULL_DOWNLOAD_PART2") == []
    refused = {
        (f.file_name.split("/")[1], f.rule_id)
        for f in report.rejected_files
        if f.source_table == "nmpa__device"
    }
    assert refused == {
        ("second_part_truncated.zip!UDID_FULL_DOWNLOAD_PART2.xml", "DQ-FIL-002"),
        ("nested_not_a_zip.zip!nested.zip", "DQ-FIL-030"),
    }


def test_illegal_characters_are_kept_in_raw_and_repaired_with_a_finding(
    foreign: tuple[Lake, IngestReport, dict[str, Any]],
) -> None:
    """Prevents a control character from costing the record, or from vanishing without a line."""
    lake, _, expected = foreign
    wanted = expected["ctrlchar_full.zip"]
    (raw,) = lake.rows("device", of="ctrlchar_full.zip")
    assert raw["cpms"] == "A & B\nC\x01D"
    with lake.typed() as con:
        value = con.execute(
            "SELECT description_name FROM typed.nmpa__device WHERE record_key = 'key-1'"
        ).fetchall()
        found = con.execute(
            f"SELECT * FROM ({finding_query(CONTRACTS)}) WHERE rule_id = 'RP-TXT-004'"
        ).fetchall()
    assert (wanted["cpms"],) in value
    assert [(row[0], row[1], row[6], row[7]) for row in found] == [
        ("RP-TXT-004", "repaired", "A & B\nC\x01D", "A & B\nCD")
    ]


def _release(folder: Path, name: str, *records: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    devices = "".join(records)
    text = f'<?xml version="1.0" encoding="UTF-8"?><udid version="1.0"><devices>{devices}</devices></udid>'
    with zipfile.ZipFile(folder / f"{name}.zip", "w") as archive:
        archive.writestr(f"{name}_PART1_Of_1.xml", text)


def _device(version: int, *packings: tuple[str, str, int], name: str = "输液器") -> str:
    levels = "".join(
        f"<packing><bzcpbs>{di}</bzcpbs><cpbzjb>盒</cpbzjb><bznhxyjcpbssl>{qty}</bznhxyjcpbssl>"
        f"<bznhxyjbzcpbs>{inner}</bznhxyjbzcpbs></packing>"
        for di, inner, qty in packings
    )
    return (
        f"<device><deviceRecordKey>K1</deviceRecordKey><versionNumber>{version}</versionNumber>"
        f"<versionStauts>{'新增' if version == 1 else '更新'}</versionStauts><zxxsdycpbs>{DI}</zxxsdycpbs>"
        f"<cpbsbmtxmc>GS1</cpbsbmtxmc><cpbsfbrq>2026-01-01</cpbsfbrq><cpmctymc>{name}</cpmctymc>"
        f"<scbssfbhph>是</scbssfbhph><scbssfbhxlh>否</scbssfbhxlh><packingList>{levels}</packingList></device>"
    )


def test_the_newest_version_speaks_and_replaces_its_levels(tmp_path: Path) -> None:
    """Prevents an old version that arrives last from winning, and levels that are gone from living on."""
    folder = tmp_path / "landing" / "nmpa"
    _release(folder, "UDID_DAY_UPDATE_20260811", _device(2, (BOX, DI, 20), name="输液器二"))
    _release(folder, "UDID_DAY_UPDATE_20260812", _device(1, (BOX, DI, 10), (CASE, BOX, 5)))
    lake = Lake(tmp_path)
    lake.run("nmpa/*.xml")
    with lake.typed() as con:
        products = con.execute(
            "SELECT product_id, product_name_zh, is_batch_managed FROM stg.nmpa__as_product"
        )
        assert products.fetchall() == [(f"nmpa:{DI}", "输液器二", True)]
        packages = con.execute("SELECT parent_di, child_di, child_qty FROM stg.nmpa__as_udi_package")
        assert packages.fetchall() == [(BOX, DI, 20)]
        dis = con.execute(
            "SELECT di, level_code, product_id FROM stg.nmpa__as_udi_di"
            " UNION ALL SELECT di, level_code, product_id FROM stg.nmpa__as_udi_di__package"
        )
        assert dis.fetchall() == [(DI, "primary", f"nmpa:{DI}"), (BOX, "package", f"nmpa:{DI}")]


def test_a_record_repeated_in_a_later_release_is_merged_and_accounted(tmp_path: Path) -> None:
    """Prevents a merged row without a line when a part of its key is not given."""
    folder = tmp_path / "landing" / "nmpa"
    record = _device(1, (BOX, DI, 10))
    assert "correctionNumber" not in record
    _release(folder, "UDID_DAY_UPDATE_20260811", record)
    _release(folder, "UDID_WEEKLY_UPDATE_20260810_20260816", record, re.sub("K1", "K2", record))
    lake = Lake(tmp_path)
    lake.run("nmpa/*.xml")
    with lake.typed() as con:
        merged = con.execute("SELECT COUNT(*) FROM typed.nmpa__device WHERE _status = 'merged'").fetchone()
        found = con.execute(
            f"SELECT COUNT(*) FROM ({finding_query(CONTRACTS)})"
            " WHERE rule_id = 'DQ-KEY-001' AND source_table = 'nmpa__device' AND NOT after IS NULL"
        ).fetchone()
    assert merged == found == (1,)
