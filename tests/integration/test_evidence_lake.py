"""The files of a small lake against its ledger: whatever is changed on the disk is named, nothing else is."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pyarrow.parquet as pq
import pytest

from lakehouse.raw_zone import RawZone
from lakehouse.settings import Settings
from lineage.ledger.lake_audit import LakeAudit, audit_lake
from lineage.ledger.ledger import open_ledger
from pipelines.evidence.recorder import record
from pipelines.lake import Lake
from tests.integration.small_lake import AT, SmallLake, contract

ORDER = contract("order", "order_no", "qty")
LINE = contract("line", "line_no", "qty")
FILES = 12


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> SmallLake:
    """Two tables, a dozen commits each, sealed."""
    settings = Settings.from_env({"MEDLAKE_DATA": str(tmp_path_factory.mktemp("sealed") / "lake")})
    small = SmallLake(settings, RawZone(settings.raw_dir))
    for number in range(FILES):
        small.drop(f"erp/order/order_{number}.csv", f"order_no,qty\n{number},{number}0\n")
        small.drop(f"erp/line/line_{number}.csv", f"line_no,qty\n{number},{number}1\n")
        small.run(ORDER, LINE)
    lake = Lake(settings, {ORDER.id: ORDER, LINE.id: LINE}, RawZone(settings.raw_dir))
    record(lake, (), run_id=str(uuid4()), at=AT, say=lambda _: None, sealed=True)
    return small


@pytest.fixture
def raw(sealed: SmallLake, tmp_path: Path) -> Iterator[Path]:
    """The raw zone of a copy that a test may spoil."""
    shutil.copytree(sealed.settings.data_dir, tmp_path / "lake")
    yield tmp_path / "lake" / "raw"


def audited(raw: Path, *, deep: bool = True) -> LakeAudit:
    settings = Settings.from_env({"MEDLAKE_DATA": str(raw.parent)})
    with open_ledger(settings, writable=False) as ledger:
        return audit_lake(settings, ledger, deep=deep)


def data_file(raw: Path, table: str = ORDER.id, number: int = 0) -> Path:
    return sorted((raw / table).glob("*.parquet"))[number]


def commit(raw: Path, version: int, table: str = ORDER.id) -> Path:
    return raw / table / "_delta_log" / f"{version:020d}.json"


def test_an_untouched_lake_is_not_accused(raw: Path) -> None:
    """Prevents a false alarm, and a check that compares nothing."""
    found = audited(raw)
    assert found.findings == []
    assert found.commits > 2 * FILES
    assert found.data_files >= 2 * FILES
    assert found.originals == 2 * FILES
    assert found.events == found.commits
    assert found.unsealed == 0


def contents(raw: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in raw.parent.rglob("*") if path.is_file()}


def patch_byte(raw: Path) -> None:
    path = data_file(raw)
    content = bytearray(path.read_bytes())
    content[8] ^= 1
    path.write_bytes(content)


def patch_value(raw: Path) -> None:
    """Other rows under the same name and the same size in the log."""
    path = data_file(raw)
    table = pq.read_table(path)
    size = path.stat().st_size
    pq.write_table(table.slice(0, 0), path)
    path.write_bytes(path.read_bytes().ljust(size, b"\0"))


def patch_statistics(raw: Path) -> None:
    path = commit(raw, 3)
    path.write_bytes(path.read_bytes().replace(b'numRecords\\": 1', b'numRecords\\": 9'))


def back_date(raw: Path) -> None:
    path = commit(raw, 3)
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    for line in lines:
        if "commitInfo" in line:
            line["commitInfo"]["timestamp"] -= 86_400_000
    path.write_text("".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines))


def drop_newest_commit(raw: Path) -> None:
    commit(raw, FILES).unlink()


def insert_commit(raw: Path) -> None:
    shutil.copy(commit(raw, FILES), commit(raw, FILES + 1))


def reorder_commits(raw: Path) -> None:
    swap(commit(raw, 2), commit(raw, 3))


def swap_files(raw: Path) -> None:
    swap(data_file(raw, number=0), data_file(raw, number=1))


def swap_tables(raw: Path) -> None:
    (raw / ORDER.id).rename(raw / "aside")
    (raw / LINE.id).rename(raw / ORDER.id)
    (raw / "aside").rename(raw / LINE.id)


def forge_checkpoint(raw: Path) -> None:
    (path,) = (raw / ORDER.id / "_delta_log").glob("*.checkpoint.parquet")
    table = pq.read_table(path)
    pq.write_table(table.slice(0, table.num_rows - 1), path)


def new_checkpoint(raw: Path) -> None:
    (path,) = (raw / ORDER.id / "_delta_log").glob("*.checkpoint.parquet")
    shutil.copy(path, path.with_name(f"{FILES:020d}.checkpoint.parquet"))


def edit_original(raw: Path) -> None:
    path = next(path for path in raw.parent.glob("originals/??/*") if len(path.name) == 64)
    path.chmod(0o644)
    path.write_bytes(path.read_bytes().replace(b"_no", b"-no"))


def drop_event(raw: Path) -> None:
    (path,) = raw.parent.glob("lineage/outbox/*.jsonl")
    path.write_text("".join(path.read_text().splitlines(keepends=True)[1:]))


def edit_register_too(raw: Path) -> None:
    """A data file patched, and the register of commits thrown away so that it cannot object."""
    patch_byte(raw)
    (raw / "_register.sqlite").unlink()


def swap(one: Path, other: Path) -> None:
    aside = one.with_name("aside")
    one.rename(aside)
    other.rename(one)
    aside.rename(other)


ATTACKS: list[tuple[Callable[[Path], None], str]] = [
    (patch_byte, "has other bytes"),
    (patch_value, "has other bytes"),
    (patch_statistics, "has other bytes"),
    (back_date, "00000003.json"),
    (drop_newest_commit, "missing"),
    (insert_commit, "behind our back"),
    (reorder_commits, "00000002.json"),
    (swap_files, ".parquet"),
    (swap_tables, "missing"),
    (forge_checkpoint, "checkpoint.parquet"),
    (new_checkpoint, "Delta checkpoint 12 stands in no leaf"),
    (edit_original, "the original of"),
    (drop_event, "no OpenLineage event"),
    (edit_register_too, "has other bytes"),
]


@pytest.mark.parametrize(("attack", "says"), ATTACKS, ids=[attack.__name__ for attack, _ in ATTACKS])
def test_what_was_changed_is_named(raw: Path, attack: Callable[[Path], None], says: str) -> None:
    """Prevents a change to the lake's files from passing, or from being reported without its place."""
    before = contents(raw)
    attack(raw)
    assert contents(raw) != before
    findings = audited(raw).findings
    assert any(says in finding for finding in findings), findings
