"""A real PostgreSQL as a source: nothing lost, nothing invented, nothing twice, whatever happens to it."""

import hashlib
import json
import random
import re
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from lakehouse.connections import Connection
from lakehouse.raw_zone import RawZone
from lakehouse.settings import Settings
from pipelines.ingest import IngestReport, ingest, pending, run
from pipelines.ingest.admission.originals import Originals
from pipelines.ingest.sources import extract as extracting
from pipelines.ingest.sources.manifest import read_manifest
from pipelines.sqlmesh.typed.query import finding_query, typing_query
from quality_rules.contract import Column, Contract, load_contracts
from quality_rules.contract_database import Database
from tests.conftest import Storm
from tests.postgres_server import PostgresServer, binaries, running_server

pytestmark = pytest.mark.skipif(binaries() is None, reason="no PostgreSQL server is installed")

BASE = load_contracts()["u8_b__vendor"]
PLAIN = replace(
    BASE.columns[0],
    logical_type="string",
    physical_type="TEXT",
    required=False,
    key_position=None,
    repairs=(),
    formats=(),
    sentinels=(),
    semantic=None,
    semantic_severity=None,
    pattern=None,
)
MARK = replace(
    PLAIN,
    name="is_deleted",
    physical_name="_deleted",
    logical_type="boolean",
    physical_type="BOOLEAN",
    values=("true", "false"),
    true_values=("true",),
    is_tombstone=True,
)


def contract_of(table: str, names: list[str], key: str = "id", **database: Any) -> Contract:
    """A contract on a table of the test's schema."""
    terms: dict[str, Any] = {"mode": "snapshot", "watermark": (), "overlap": None} | database
    columns: list[Column] = [
        replace(
            PLAIN, name=name.lower(), physical_name=name, key_position=int(name == key), required=name == key
        )
        for name in names
    ]
    if terms["mode"] == "snapshot":
        columns.append(MARK)
    query = terms.pop("query", f'SELECT * FROM erp."{table}"')
    return replace(
        BASE,
        id=f"erp__{table}",
        system="erp",
        table=table,
        version="1.0.0",
        path=f"erp/{table}@*.parquet",
        format="parquet",
        extract_date=r"@([0-9T.-]+Z)[.]parquet$",
        arrival=None,
        columns=tuple(columns),
        key=(key.lower(),),
        database=Database("u8", query, **terms),
    )


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with running_server() as running:
        yield running


class Lake:
    """A lake in a folder of the test, with one connection."""

    def __init__(self, folder: Path, server: PostgresServer) -> None:
        self.server = server
        connections = {"u8": Connection("u8", server.uri())}
        self.settings = Settings(
            folder, folder / "data", (folder / "landing",), None, None, "1GB", connections=connections
        )
        self.zone = RawZone(self.settings.raw_dir)
        self.at = datetime(2026, 1, 2, tzinfo=UTC)

    def run(self, *contracts: Contract) -> IngestReport:
        self.at += timedelta(hours=1)
        return ingest(self.settings, {c.id: c for c in contracts}, self.zone, self.at)

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Raw rows, oldest extract first."""
        rows = self.zone.read(f"erp__{table}").to_pylist()
        return sorted(rows, key=lambda row: (row["_extracted_on"], row["_row"]))

    def good(self, contract: Contract, *columns: str) -> list[tuple[Any, ...]]:
        """Good rows of stg."""
        with duckdb.connect() as con:
            con.execute("CREATE SCHEMA raw; CREATE SCHEMA typed")
            con.register("rows", self.zone.read(contract.id))
            con.execute(f"CREATE TABLE raw.{contract.id} AS SELECT * FROM rows")
            con.execute(f"CREATE TABLE typed.{contract.id} AS {typing_query(contract)}")
            self.findings = con.execute(
                f"SELECT rule_id, action FROM ({finding_query({contract.id: contract})})"
            ).fetchall()
            counts = con.execute(f"SELECT _status, COUNT(*) FROM typed.{contract.id} GROUP BY ALL").fetchall()
            self.statuses: Mapping[str, int] = dict(counts)
            return con.execute(
                f"SELECT {', '.join(columns)} FROM typed.{contract.id} WHERE _status = 'good' ORDER BY ALL"
            ).fetchall()

    def manifests(self) -> list[Any]:
        loads = self.zone.read("medlake__load").to_pylist()
        originals = Originals.open(self.settings.originals_dir)
        loads.sort(key=lambda load: str(load["file_name"]))
        return [
            read_manifest(originals.path_of(load["file_sha256"]))
            for load in loads
            if load["status"] == "loaded"
        ]


@pytest.fixture
def lake(tmp_path: Path, server: PostgresServer) -> Lake:
    server.run("DROP SCHEMA IF EXISTS erp CASCADE", "CREATE SCHEMA erp")
    return Lake(tmp_path, server)


ZOO = {
    "n": ("numeric(18,3)", "1.500", "1.500"),
    "m": ("numeric", "'NaN'", "NaN"),
    "big": ("numeric", "12345678901234567890.10", "12345678901234567890.10"),
    "f": ("float8", "0.1::float8 + 0.2", "0.30000000000000004"),
    "r": ("real", "0.1", "0.1"),
    "b": ("boolean", "true", "true"),
    "c": ("char(5)", "'ab'", "ab   "),
    "v": ("varchar(9)", "' ab '", " ab "),
    "t": ("text", r"E'a\n\"''\\b支'", "a\n\"'\\b支"),
    "e": ("text", "''", ""),
    "d": ("date", "'2026-02-03'", "2026-02-03"),
    "di": ("date", "'infinity'", "infinity"),
    "bc": ("date", "'0044-03-15 BC'", "0044-03-15 BC"),
    "ts": ("timestamp", "'2026-02-03 04:05:06.7'", "2026-02-03 04:05:06.7"),
    "tz": ("timestamptz", "'2026-02-03 04:05:06+08'", "2026-02-02 20:05:06+00"),
    "ti": ("time", "'23:59:59.5'", "23:59:59.5"),
    "iv": ("interval", "'1 day 02:00'", "P1DT2H"),
    "by": ("bytea", r"'\xdeadbeef'", r"\xdeadbeef"),
    "ia": ("int[]", "'{1,NULL,3}'", "{1,NULL,3}"),
    "ta": ("text[]", "ARRAY['a,b', 'NULL', NULL, '']", '{"a,b","NULL",NULL,""}'),
    "j": ("jsonb", """'{"a": 1.0}'""", '{"a": 1.0}'),
    "u": ("uuid", "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
}


def test_every_type_comes_as_the_database_writes_it(lake: Lake) -> None:
    """Prevents a driver from rounding, shifting or trimming a value, and NULL from becoming empty text."""
    kinds = ", ".join(f'"{name}" {kind}' for name, (kind, _, _) in ZOO.items())
    values = ", ".join(value for _, value, _ in ZOO.values())
    lake.server.run(
        f"CREATE TABLE erp.zoo (id int PRIMARY KEY, {kinds})",
        f"INSERT INTO erp.zoo VALUES (1, {values})",
        "INSERT INTO erp.zoo (id) VALUES (2)",
    )
    assert lake.run(contract_of("zoo", ["id", *ZOO])).loaded == 2
    first, second = lake.rows("zoo")
    assert {name: first[name] for name in ZOO} == {name: text for name, (_, _, text) in ZOO.items()}
    assert {second[name] for name in ZOO} == {None}
    assert [row["_row"] for row in (first, second)] == [1, 2]


ITEM = contract_of("item", ["id", "name"])


def _item(lake: Lake, rows: int = 3) -> None:
    lake.server.run(
        "CREATE TABLE erp.item (id int PRIMARY KEY, name text)",
        f"INSERT INTO erp.item SELECT g, 'n' || g FROM generate_series(1, {rows}) AS g",
    )


def test_snapshots_load_what_changed_and_mark_what_is_gone(lake: Lake) -> None:
    """Prevents deleted rows from living on, and every snapshot from being loaded whole again."""
    _item(lake)
    assert (lake.run(ITEM).loaded, lake.good(ITEM, "id", "name")) == (
        3,
        [("1", "n1"), ("2", "n2"), ("3", "n3")],
    )
    assert lake.run(ITEM).rows_in == 0
    lake.server.run(
        "UPDATE erp.item SET name = 'new' WHERE id = 2",
        "DELETE FROM erp.item WHERE id = 3",
        "INSERT INTO erp.item VALUES (4)",
    )
    assert lake.run(ITEM).loaded == 3
    assert [(r["id"], r["name"], r["_deleted"]) for r in lake.rows("item")[3:]] == [
        ("2", "new", "false"),
        ("4", None, "false"),
        ("3", "n3", "true"),
    ]
    assert lake.good(ITEM, "id", "name") == [("1", "n1"), ("2", "new"), ("4", None)]
    assert lake.statuses == {"good": 3, "merged": 3}
    assert sorted(lake.findings) == [("DQ-DEL-001", "merged")] * 2 + [("DQ-KEY-001", "merged")]
    assert lake.run(ITEM).rows_in == 0


def test_a_refresh_knows_whether_the_database_has_news(lake: Lake) -> None:
    """Prevents a refresh that skips its work because no file came, and one that works for nothing."""

    def news() -> tuple[tuple[str, str], ...]:
        with lake.zone.writing("look"):
            return pending(lake.settings, {ITEM.id: ITEM}, lake.zone, lake.at)

    _item(lake)
    assert [table for table, _ in news()] == ["erp__item"]
    assert lake.run(ITEM).loaded == 3
    assert news() == ()
    lake.server.run("DELETE FROM erp.item WHERE id = 1")
    assert len(news()) == 1


def test_a_value_that_goes_back_is_a_change_again(lake: Lake) -> None:
    """Prevents an extract equal to an older one from passing as known, which would keep a wrong value."""
    _item(lake, 1)
    for name in ("a", "b", "a"):
        lake.server.run(f"UPDATE erp.item SET name = '{name}'")
        assert lake.run(ITEM).loaded == 1
        assert lake.good(ITEM, "name") == [(name,)]
    lake.server.run("DELETE FROM erp.item")
    lake.run(ITEM)
    assert lake.good(ITEM, "name") == []
    lake.server.run("INSERT INTO erp.item VALUES (1, 'a')")
    lake.run(ITEM)
    assert lake.good(ITEM, "name") == [("a",)]


VOUCHER = contract_of(
    "voucher",
    ["id", "qty", "maketime", "verifytime"],
    mode="watermark",
    watermark=("maketime", "verifytime"),
    overlap="P3D",
)
VOUCHERS = (
    "CREATE TABLE erp.voucher"
    " (id int PRIMARY KEY, qty numeric(9,2), maketime timestamp, verifytime timestamp)"
)


def test_watermark_takes_late_approvals_and_late_commits(lake: Lake) -> None:
    """Prevents what is approved, backdated or committed after the last extract from never being read."""
    lake.server.run(
        VOUCHERS,
        "INSERT INTO erp.voucher VALUES (1, 1, '2025-01-01', '2025-01-01'), (2, 2, '2025-01-02', NULL),"
        " (3, 3, NULL, NULL), (4, 4, '2025-01-10', NULL)",
    )
    assert lake.run(VOUCHER).loaded == 4
    assert lake.run(VOUCHER).rows_in == 0
    lake.server.run(
        "UPDATE erp.voucher SET verifytime = '2025-01-11' WHERE id = 2",
        "UPDATE erp.voucher SET qty = 33 WHERE id = 3",
        "INSERT INTO erp.voucher VALUES (5, 5, '2025-01-08', NULL), (6, 6, '2024-12-31', NULL)",
    )
    assert lake.run(VOUCHER).loaded == 3
    assert [row["id"] for row in lake.rows("voucher")[4:]] == ["2", "3", "5"]
    assert lake.good(VOUCHER, "id", "qty") == [
        ("1", "1.00"),
        ("2", "2.00"),
        ("3", "33.00"),
        ("4", "4.00"),
        ("5", "5.00"),
    ]
    second = lake.manifests()[1]
    assert (second.watermark_low, second.watermark_high) == ("2025-01-07 00:00:00", "2025-01-11 00:00:00")
    assert (second.rows_read, second.rows_changed, second.rows_deleted) == (4, 3, 0)


def test_a_watermark_in_the_future_hides_nothing(lake: Lake) -> None:
    """Prevents one voucher dated 2099 from ending all extraction until then."""
    lake.server.run(
        VOUCHERS,
        "INSERT INTO erp.voucher VALUES (1, 1, '2099-01-01', NULL)",
    )
    lake.run(VOUCHER)
    lake.server.run("INSERT INTO erp.voucher VALUES (2, 2, now()::timestamp, NULL)")
    assert lake.run(VOUCHER).loaded == 1


def test_full_reads_load_what_changed_and_see_no_deletions(lake: Lake) -> None:
    """Prevents a small table from being loaded whole each time, and deletions from being guessed."""
    contract = contract_of("item", ["id", "name"], mode="full")
    _item(lake)
    assert (lake.run(contract).loaded, lake.run(contract).rows_in) == (3, 0)
    lake.server.run("DELETE FROM erp.item WHERE id = 1", "UPDATE erp.item SET name = 'x' WHERE id = 2")
    assert lake.run(contract).loaded == 1
    assert lake.good(contract, "id", "name") == [("1", "n1"), ("2", "x"), ("3", "n3")]


def test_a_number_can_be_the_watermark(lake: Lake) -> None:
    """Prevents numbers from being compared as texts, where 9 comes after 10."""
    contract = contract_of("item", ["id", "name"], mode="watermark", watermark=("id",))
    _item(lake, 9)
    assert lake.run(contract).loaded == 9
    lake.server.run("INSERT INTO erp.item VALUES (10, 'n10')", "DELETE FROM erp.item WHERE id = 2")
    assert lake.run(contract).loaded == 1
    lake.server.run("INSERT INTO erp.item VALUES (2, 'again'), (11, 'n11')")
    assert lake.run(contract).loaded == 1
    assert [manifest.watermark_high for manifest in lake.manifests()] == ["9", "10", "11"]
    textual = contract_of("item", ["id", "name"], mode="watermark", watermark=("name",))
    assert [f.rule_id for f in lake.run(replace(textual, version="2.0.0")).rejected_files] == ["DQ-SRC-003"]


def test_a_lost_original_stops_its_source(lake: Lake) -> None:
    """Prevents a deletion or a change from passing unseen because what it is compared with is gone."""
    _item(lake)
    lake.run(ITEM)
    (manifest,) = lake.manifests()
    Originals.open(lake.settings.originals_dir).path_of(manifest.read_sha256).unlink()
    lake.server.run("DELETE FROM erp.item WHERE id = 1")
    assert [f.rule_id for f in lake.run(ITEM).rejected_files] == ["DQ-SRC-004"]


def test_every_sequence_of_changes_ends_in_the_databases_state(lake: Lake) -> None:
    """Prevents any order of inserts, updates, deletes and returns from ending in another state."""
    chance = random.Random(7)
    contract = contract_of("item", ["id", "name"])
    lake.server.run("CREATE TABLE erp.item (id int PRIMARY KEY, name text)")
    state: dict[int, str] = {}
    for _ in range(12):
        for _ in range(chance.randint(0, 6)):
            key, name = chance.randint(1, 8), chance.choice("abc")
            if chance.random() < 0.35:
                state.pop(key, None)
                lake.server.run(f"DELETE FROM erp.item WHERE id = {key}")
            else:
                state[key] = name
                lake.server.run(
                    f"INSERT INTO erp.item VALUES ({key}, '{name}')"
                    " ON CONFLICT (id) DO UPDATE SET name = excluded.name"
                )
        lake.run(contract)
        assert lake.good(contract, "id", "name") == sorted((str(k), v) for k, v in state.items())
    assert sum(lake.statuses.values()) == len(lake.rows("item"))


def test_killed_between_extract_and_load_loses_nothing(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    """Prevents a position in the source that runs ahead of what was loaded."""
    _item(lake)
    with monkeypatch.context() as broken:
        broken.setattr(run, "_load_all", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            lake.run(ITEM)
    lake.server.run("INSERT INTO erp.item VALUES (4, 'n4')")
    assert lake.run(ITEM).loaded == 4
    assert [row["id"] for row in lake.rows("item")] == ["1", "2", "3", "4"]


def test_the_extract_is_kept_with_its_manifest(lake: Lake) -> None:
    """Prevents rows nobody can trace to the moment and the question they came from."""
    _item(lake)
    lake.run(ITEM)
    (load,) = [load for load in lake.zone.read("medlake__load").to_pylist() if load["status"] == "loaded"]
    original = Originals.open(lake.settings.originals_dir).path_of(load["file_sha256"])
    assert hashlib.sha256(original.read_bytes()).hexdigest() == load["file_sha256"]
    (manifest,) = lake.manifests()
    assert (manifest.connection, manifest.query, manifest.rows_read) == ("u8", ITEM.database.query, 3)
    assert manifest.snapshot.count(":") == 2
    assert load["file_name"] == f"erp/item@{manifest.taken_at}.parquet"
    assert pq.read_table(original).to_pylist()[0] == {"id": "1", "name": "n1", "_deleted": "false"}
    assert "host" not in json.dumps(manifest.metadata())


def test_a_failing_source_costs_itself_only_and_says_so_each_time(lake: Lake, server: PostgresServer) -> None:
    """Prevents one database that is down from holding up others, or from failing silently the second time."""
    _item(lake)
    lost = replace(contract_of("lost", ["id"]), database=replace(ITEM.database, connection="gone"))
    unset = replace(contract_of("unset", ["id"]), database=replace(ITEM.database, connection="never"))
    absent = contract_of("absent", ["id"])
    secret = Connection(
        "gone", f"postgresql://x@/none?host={server.socket}&connect_timeout=3", password="s3cr&t"
    )
    lake.settings.connections["gone"] = secret  # type: ignore[index]
    for loaded in (3, 0):
        report = lake.run(ITEM, lost, unset, absent)
        assert report.loaded == loaded
        assert {(f.source_table, f.rule_id) for f in report.rejected_files} == {
            ("erp__lost", "DQ-SRC-001"),
            ("erp__unset", "DQ-SRC-005"),
            ("erp__absent", "DQ-SRC-002"),
        }
        assert "s3cr" not in str(report)


def test_a_connection_killed_while_reading_leaves_no_half_extract(
    lake: Lake, server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Prevents the rows read before a break from passing as all of them."""
    _item(lake, 200_000)
    real = extracting._write_read
    others = "FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND NOT state IS NULL"

    def cut(schema: Any, batches: Iterator[Any], target: Path) -> int:
        first = next(batches)
        server.run(f"SELECT pg_terminate_backend(pid) {others}")
        return real(schema, chain([first], batches), target)

    with monkeypatch.context() as broken:
        broken.setattr(extracting, "_write_read", cut)
        report = lake.run(ITEM)
    assert [f.rule_id for f in report.rejected_files] == ["DQ-SRC-002"]
    assert report.loaded == 0
    assert not [
        p for p in lake.settings.originals_dir.rglob("*") if p.is_file() and p.name != "fingerprints.jsonl"
    ]
    assert lake.run(ITEM).loaded == 200_000


def test_drift_in_the_database_is_drift(lake: Lake) -> None:
    """Prevents a column that came or went from passing unseen, and its rows from being skipped."""
    _item(lake)
    lake.run(ITEM)
    lake.server.run(
        "ALTER TABLE erp.item ADD COLUMN price numeric", "UPDATE erp.item SET price = 1 WHERE id = 1"
    )
    report = lake.run(ITEM)
    assert ([f.rule_id for f in report.rejected_files], report.loaded) == (["DQ-FIL-003"], 0)
    assert lake.run(ITEM).rejected_files == ()
    wider = replace(contract_of("item", ["id", "name", "price"]), version="1.1.0")
    assert lake.run(wider).loaded == 3
    assert lake.good(wider, "id", "price") == [("1", "1"), ("2", None), ("3", None)]
    lake.server.run("ALTER TABLE erp.item DROP COLUMN id")
    assert [f.rule_id for f in lake.run(wider).rejected_files] == ["DQ-SRC-003"]


def test_a_writer_at_work_is_not_seen_half(lake: Lake, server: PostgresServer) -> None:
    """Prevents a snapshot of two moments: two tables that must add up are moved by a writer meanwhile."""
    server.run(
        "CREATE TABLE erp.item (id int PRIMARY KEY, name text)",
        "INSERT INTO erp.item VALUES (1, '0'), (2, '100')",
    )
    moving = threading.Event()

    def move() -> None:
        while not moving.is_set():
            server.run("UPDATE erp.item SET name = (name::int + CASE id WHEN 1 THEN 1 ELSE -1 END)::text")

    writer = threading.Thread(target=move)
    writer.start()
    try:
        for _ in range(5):
            lake.run(ITEM)
            assert sum(int(name) for (name,) in lake.good(ITEM, "name")) == 100
    finally:
        moving.set()
        writer.join()


def _memory_mb(*, reset: bool = False) -> float:
    """Peak memory of this process since the last reset."""
    if reset:
        Path("/proc/self/clear_refs").write_text("5")
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024  # type: ignore[index]


@pytest.mark.storm
def test_many_rows_in_bounded_memory(lake: Lake, storm: Storm) -> None:
    """Prevents a table of the size of a year from being held in memory."""
    rows = storm.size(sample=200_000, full=1_000_000)
    lake.server.run(
        "CREATE TABLE erp.item AS"
        f" SELECT g AS id, repeat(md5(g::text), 8) AS name FROM generate_series(1, {rows}) AS g"
    )
    before, wall, cpu = _memory_mb(reset=True), time.perf_counter(), time.process_time()
    assert lake.run(ITEM).loaded == rows
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    lake.server.run("DELETE FROM erp.item WHERE id % 2 = 0", "UPDATE erp.item SET name = 'x' WHERE id = 1")
    assert lake.run(ITEM).loaded == rows // 2 + 1
    grown = _memory_mb() - before
    storm.report("postgresql", rows=rows, wall_s=round(wall, 1), cpu_s=round(cpu, 1), grown_mb=round(grown))
    assert grown < 900
