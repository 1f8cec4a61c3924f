"""Backup and restore of a small lake: nothing lost, nothing restored unseen, nothing overwritten."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from lakehouse.backup.restoring import NotEmpty
from lakehouse.backup.store import BackupDamaged, SourceDamaged, Store
from lakehouse.raw_zone import RawZone
from lakehouse.releases import ReleaseDraft, ReleasedTable, current, read_log
from lakehouse.settings import Settings
from lakehouse.warehouse import connect
from lineage.ledger.ledger import open_ledger
from lineage.ledger.note import VerifierKey
from lineage.ledger.sealing import seal
from lineage.ledger.witness import DirectoryWitness
from lineage.signing import releasing
from lineage.signing.people import UnknownPerson
from pipelines.backing_up import RestoreUnsound, back_up, drill, lake_at, restore_lake

SCHEMA = pa.schema([("qty", pa.string())])
GREEN = {"rules": {"core": 1}, "not_green": []}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A lake with a raw table, a release and a ledger."""
    settings = Settings.from_env({"MEDLAKE_DATA": str(tmp_path / "lake"), "MEDLAKE_MEMORY": "1GB"})
    append(settings, "1")
    with connect(settings.build_path, read_only=False, settings=settings) as build:
        build.execute("CREATE SCHEMA core; CREATE TABLE core.lot AS SELECT 'A' AS lot_id")
    table = ReleasedTable("core", "lot", ("lot_id",), "", {})
    draft = ReleaseDraft([table], {"gates": GREEN}, datetime(2026, 1, 5, tzinfo=UTC))
    releasing.make_candidate(settings, draft, "routine")
    return settings


def append(settings: Settings, qty: str) -> None:
    zone = RawZone(settings.raw_dir)
    zone.ensure("mseg", SCHEMA)
    zone.append("mseg", pa.table({"qty": [qty]}, SCHEMA), [f"mseg:{qty}"])


def quantities(settings: Settings) -> list[str]:
    return sorted(RawZone(settings.raw_dir).read("mseg")["qty"].to_pylist())


def test_what_was_kept_comes_back_and_is_declared(settings: Settings, tmp_path: Path) -> None:
    """Prevents a restore that brings back less than was kept, or that nobody can tell from the original."""
    taken = back_up(settings, tmp_path / "store", "test")
    append(settings, "2")
    again = back_up(settings, tmp_path / "store", "test")
    for backup, expected in ((taken, ["1"]), (again, ["1", "2"])):
        into = tmp_path / backup.set.id
        restore_lake(settings, tmp_path / "store", backup.set.id, into, "li.na", "disk lost")
        lake = lake_at(settings, into)
        release = current(lake)
        assert (quantities(lake), release and release.number) == (expected, 1)
        assert (read_log(lake)[-1].step.action, read_log(lake)[-1].step.why) == ("restore", "disk lost")
        with open_ledger(lake, writable=False) as ledger:
            assert ledger.entry(ledger.size - 1).act.action == "restore"
    with open_ledger(settings, writable=False) as ledger:
        kept = [entry.act.after for entry in ledger.entries() if entry.act.action == "backup"]
    assert kept == [taken.sha256, again.sha256]


def test_a_content_is_kept_once(settings: Settings, tmp_path: Path) -> None:
    """Prevents the second backup from costing as much as the first."""
    back_up(settings, tmp_path / "store", "test")
    before = {path for path in (tmp_path / "store" / "objects").rglob("*") if path.is_file()}
    back_up(settings, tmp_path / "store", "test")
    after = {path for path in (tmp_path / "store" / "objects").rglob("*") if path.is_file()}
    assert len(after - before) <= 2  # the ledger, and the register if SQLite wrote it anew


def test_a_damaged_lake_is_not_backed_up_in_silence(settings: Settings, tmp_path: Path) -> None:
    """Prevents a rotten file from replacing a good one in the backups."""
    file = next(settings.raw_dir.glob("mseg/*.parquet"))
    content = bytearray(file.read_bytes())
    content[10] ^= 1
    file.write_bytes(content)
    with pytest.raises(SourceDamaged, match="not what was acknowledged"):
        back_up(settings, tmp_path / "store", "test")
    assert Store(tmp_path / "store").set_ids() == []


def test_nothing_is_overwritten(settings: Settings, tmp_path: Path) -> None:
    """Prevents a restore from writing into a lake, and a backup from lying in the lake it is to save."""
    back_up(settings, tmp_path / "store", "test")
    with pytest.raises(NotEmpty):
        restore_lake(settings, tmp_path / "store", None, settings.data_dir, "li.na", "oops")
    with pytest.raises(ValueError, match="lies in the lake"):
        back_up(settings, settings.data_dir / "backups", "test")
    with pytest.raises(UnknownPerson):
        restore_lake(settings, tmp_path / "store", None, tmp_path / "new", "nobody", "why")
    assert not (tmp_path / "new").exists()


def test_a_list_that_is_not_whole_is_no_backup(settings: Settings, tmp_path: Path) -> None:
    """Prevents half a list from being restored as a lake with fewer files."""
    taken = back_up(settings, tmp_path / "store", "test")
    path = tmp_path / "store" / "sets" / f"{taken.set.id}.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:3], *lines[4:]]))
    with pytest.raises(BackupDamaged, match="is not whole"):
        Store(tmp_path / "store").read_set(None)
    with pytest.raises(BackupDamaged, match="there are: "):
        Store(tmp_path / "store").read_set("19990101T000000Z-01")


def test_the_witness_tells_what_a_restore_loses(settings: Settings, tmp_path: Path) -> None:
    """Prevents an older state from being taken for the newest, and another history for ours."""
    settings = replace(settings, witness=str(tmp_path / "witness"))
    witness = DirectoryWitness(tmp_path / "witness")
    with open_ledger(settings, writable=True) as ledger:
        plain = replace(settings, witness=None)
        seal(plain, ledger, lambda _: None)
        witness.trust(VerifierKey.parse((settings.keys_dir / "log.vkey").read_text().strip()))
        seal(settings, ledger, lambda _: None)
    taken = back_up(settings, tmp_path / "store", "test")
    _, looked = restore_lake(settings, tmp_path / "store", None, tmp_path / "same", "li.na", "test")
    assert (looked.leaves, looked.lost_leaves) == (taken.set.facts["leaves"], 0)
    with open_ledger(settings, writable=True) as ledger:
        seal(settings, ledger, lambda _: None)
    _, looked = restore_lake(settings, tmp_path / "store", None, tmp_path / "older", "li.na", "test")
    assert looked.lost_leaves == 1 and "are lost with this restore" in looked.notice


def test_a_drill_measures_and_leaves_nothing(settings: Settings, tmp_path: Path) -> None:
    """Prevents a drill that proves nothing: it must fail when the backup is bad, and say how long it took."""
    back_up(settings, tmp_path / "store", "test")
    drilled = drill(settings, tmp_path / "store", None, seed=1)
    assert drilled.rto_s > 0 and drilled.rpo_s > 0 and [r.agrees for r in drilled.recounts] == [True]
    assert not (tmp_path / "store" / ".drill").exists()
    release = next(f for f in Store(tmp_path / "store").read_set(None).files if f.path.endswith(".duckdb"))
    Store(tmp_path / "store").object_path(release.sha256).write_bytes(b"x")
    with pytest.raises((BackupDamaged, RestoreUnsound)):
        drill(settings, tmp_path / "store", None, seed=1)
    with open_ledger(settings, writable=False) as ledger:
        assert [e.act.action for e in ledger.entries()].count("drill") == 1
