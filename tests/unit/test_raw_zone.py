import os
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable
from deltalake.exceptions import CommitFailedError

from lakehouse.raw_zone import DamagedTable, DataFile, RawZone
from lakehouse.table_schema import SchemaMismatch

SCHEMA = pa.schema([("qty", pa.string()), ("_row", pa.int64()), ("_loaded_at", pa.timestamp("us", tz="UTC"))])


def rows(*texts: str) -> pa.Table:
    at = datetime(2026, 1, 5, tzinfo=UTC)
    numbers = list(range(1, len(texts) + 1))
    return pa.table({"qty": texts, "_row": numbers, "_loaded_at": [at] * len(texts)}, schema=SCHEMA)


@pytest.fixture
def zone(tmp_path: Path) -> RawZone:
    zone = RawZone(tmp_path / "raw")
    zone.ensure("mseg", SCHEMA)
    return zone


def test_the_same_load_twice_is_one_load(zone: RawZone) -> None:
    """Prevents a replay after a crash from doubling rows (Delta's own app transaction does not stop it)."""
    first = zone.append("mseg", rows("1.7", "2"), ["mseg:aa"])
    assert zone.append("mseg", rows("1.7", "2"), ["mseg:aa"]) == first
    assert zone.read("mseg").num_rows == 2
    assert zone.has_load("mseg", "mseg:aa")
    assert not zone.has_load("mseg", "mseg:bb")


def test_a_batch_of_known_and_new_files_is_refused(zone: RawZone) -> None:
    """Prevents the new half of a batch from being skipped, or the known half from being doubled."""
    zone.append("mseg", rows("1"), ["mseg:aa"])
    with pytest.raises(ValueError, match="1 of 2 loads are committed already, first mseg:aa"):
        zone.append("mseg", rows("1", "2"), ["mseg:aa", "mseg:bb"])
    assert zone.read("mseg").num_rows == 1


@pytest.mark.parametrize(
    "data",
    [
        pa.table({"qty": ["1"]}),
        rows("1").set_column(0, "qty", pa.array([1.7])),
        rows("1").rename_columns(["menge", "_row", "_loaded_at"]),
        rows("1").append_column("extra", pa.array(["x"])),
    ],
    ids=["missing", "retyped", "renamed", "extra"],
)
def test_rows_of_another_shape_are_refused(zone: RawZone, data: pa.Table) -> None:
    """Prevents Delta's silent cast (1.7 becomes 1) and silent column changes."""
    with pytest.raises(SchemaMismatch, match="raw table mseg holds"):
        zone.append("mseg", data, ["mseg:aa"])
    assert zone.version("mseg") == 0


def test_every_acknowledged_byte_was_forced_to_disk(zone: RawZone, monkeypatch: pytest.MonkeyPatch) -> None:
    """Prevents a power cut from emptying a commit that was acknowledged: deltalake itself never fsyncs."""
    synced: list[str] = []
    real = os.fsync

    def fsync(handle: int) -> None:
        synced.append(Path(f"/proc/self/fd/{handle}").readlink().name)
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    zone.append("mseg", rows("1"), ["mseg:aa"])
    data_file = DeltaTable(zone.table_path("mseg")).file_uris()[0].rsplit("/", 1)[-1]
    commit = "00000000000000000001.json"
    assert {data_file, commit, "_delta_log", "mseg"} <= set(synced)
    assert synced.index(data_file) < synced.index(commit) < synced.index("_delta_log") < synced.index("mseg")


def test_a_torn_commit_is_named_and_not_repaired(zone: RawZone) -> None:
    """Prevents a table damaged by a power cut from being read as if it were whole."""
    zone.append("mseg", rows("1"), ["mseg:aa"])
    log = zone.table_path("mseg") / "_delta_log" / "00000000000000000001.json"
    log.write_bytes(log.read_bytes()[: log.stat().st_size // 2])
    with pytest.raises(DamagedTable, match="mseg .* cannot be opened"):
        zone.read("mseg")


def test_streamed_files_are_committed_with_their_row_count(zone: RawZone) -> None:
    """Prevents a file written by a streaming reader from bypassing the schema and exactly-once checks."""
    path = zone.new_file_path("mseg")
    pq.write_table(rows("1", "2", "3"), path)
    assert zone.commit_files("mseg", [DataFile(path, 3)], ["mseg:cc"]) == 1
    assert zone.commit_files("mseg", [DataFile(path, 3)], ["mseg:cc"]) == 1
    assert DeltaTable(zone.table_path("mseg")).count() == 3


def test_history_is_never_cleaned_up(zone: RawZone) -> None:
    """Prevents Delta's default of dropping commits after 30 days, which releases and proofs rely on."""
    for number in range(105):
        zone.append("mseg", rows(str(number)), [f"mseg:{number}"])
    log = zone.table_path("mseg") / "_delta_log"
    for commit in log.glob("*.json"):
        os.utime(commit, (0, 0))
    zone.append("mseg", rows("last"), ["mseg:last"])
    assert len(list(log.glob("0*.json"))) == 107
    assert zone.versions() == {"mseg": 106}


def test_same_load_on_two_old_handles_is_one_load(zone: RawZone) -> None:
    """Prevents a writer that got past the lock from doubling a load: Delta's own check is the second wall."""
    path = zone.table_path("mseg")
    first, second = DeltaTable(path), DeltaTable(path)
    with zone.writing("test"):
        for table in (first, second):
            part = zone.new_file_path("mseg")
            pq.write_table(rows("1"), part)
            commit = partial(zone._commit, "mseg", table, [DataFile(part, 1)], ["mseg:aa"])
            if table is first:
                assert commit() == 1
            else:
                with pytest.raises(CommitFailedError, match="[Tt]ransaction"):
                    commit()
    assert zone.read("mseg").num_rows == 1


def test_commit_of_somebody_without_the_lock_is_not_acknowledged_as_ours(zone: RawZone) -> None:
    """Prevents the register from taking another writer's commit for the one it has just made."""
    stale = DeltaTable(zone.table_path("mseg"))
    zone.append("mseg", rows("1"), ["mseg:aa"])
    part = zone.new_file_path("mseg")
    pq.write_table(rows("2"), part)
    with zone.writing("test"), pytest.raises(RuntimeError, match="does not hold the lock"):
        zone._commit("mseg", stale, [DataFile(part, 1)], ["mseg:bb"])
    assert zone.check(deep=True).damage == []
    assert sorted(zone.read("mseg").column("qty").to_pylist()) == ["1", "2"]
