"""The index of decisions says what the load table says, also after a crash or a restored backup."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lakehouse.raw_zone import RawZone
from pipelines.ingest.admission.originals import Original
from pipelines.ingest.loading.decisions import open_decisions
from pipelines.ingest.loading.file_account import Pending, load_id, record_of
from pipelines.ingest.loading.loads import Accounts
from pipelines.ingest.rules import Rule

AT = datetime(2026, 1, 1, tzinfo=UTC)


def decide(zone: RawZone, *files: str, table: str = "erp__item", rejected: int | None = None) -> None:
    """Writes the accounts of files, named by what stands for their hash, as one commit."""
    accounts = Accounts(zone, AT)
    accounts.prepare()
    for sha256 in files:
        file = Pending(f"{sha256}.csv", Original(sha256, 1, Path(sha256)))
        rule = None if rejected is None else Rule.HEADER
        accounts.add(record_of(table, "1.0.0", file, rule, "", loaded=0, rejected=rejected), ())
    accounts.write()


def decided(zone: RawZone, *files: str, table: str = "erp__item", version: str = "1.0.0") -> str:
    """Those of the files that are decided."""
    with open_decisions(zone) as known:
        return "".join(sha256 for sha256 in files if known.is_decided(table, version, sha256))


@pytest.fixture
def zone(tmp_path: Path) -> RawZone:
    """A raw zone with an empty load table."""
    zone = RawZone(tmp_path / "raw")
    decide(zone)
    return zone


def test_decisions_of_all_commits_are_known(zone: RawZone) -> None:
    """Prevents a file from being loaded twice because its account came with a later or an earlier commit."""
    assert decided(zone, *"abc") == ""
    decide(zone, "a", "b")
    assert decided(zone, *"abc") == "ab"
    decide(zone, "c")
    decide(zone, "d")
    assert decided(zone, *"abcde") == "abcd"
    assert decided(zone, *"abc", table="erp__move") == ""
    with open_decisions(zone) as known:
        assert known.is_on_record(load_id("erp__item", "1.0.0", "d"))
        assert not known.is_on_record(load_id("erp__item", "1.1.0", "d"))


def test_a_rejection_holds_for_its_contract_version_only(zone: RawZone) -> None:
    """Prevents a rejected file from staying lost under a mended contract, or a loaded one loading twice."""
    decide(zone, "a", rejected=0)
    decide(zone, "b")
    assert decided(zone, *"ab") == "ab"
    assert decided(zone, *"ab", version="1.1.0") == "b"


@pytest.mark.parametrize("damage", [b"", b"no database", b"SQLite format 3\0" + bytes(4096)])
def test_a_damaged_index_is_built_again(zone: RawZone, damage: bytes) -> None:
    """Prevents a torn index from forgetting decisions or from stopping every later run."""
    decide(zone, "a")
    assert decided(zone, *"ab") == "a"
    (path,) = zone.table_path("").glob("_decisions.sqlite")
    path.write_bytes(damage)
    assert decided(zone, *"ab") == "a"


def test_a_table_with_another_history_is_read_anew(zone: RawZone, tmp_path: Path) -> None:
    """Prevents an index that outlived a restored backup from calling files loaded that are not."""
    shutil.copytree(tmp_path / "raw", tmp_path / "backup")
    decide(zone, "a")
    assert decided(zone, *"ab") == "a"
    index = (tmp_path / "raw" / "_decisions.sqlite").read_bytes()
    restored = RawZone(tmp_path / "backup")
    (tmp_path / "backup" / "_decisions.sqlite").write_bytes(index)
    assert decided(restored, *"ab") == ""
    decide(restored, "b")
    (tmp_path / "backup" / "_decisions.sqlite").write_bytes(index)
    assert decided(restored, *"ab") == "b"
