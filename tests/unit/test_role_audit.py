"""Role files against the ledger: what was changed, slipped in or taken away is named; nothing clean is."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import duckdb
import pytest

from lakehouse.access import Role
from lakehouse.access.role_release import FACTS, FOLDER
from lakehouse.releases import (
    Action,
    Release,
    ReleaseDraft,
    ReleasedTable,
    Step,
    decide,
    find_release,
    publish,
)
from lakehouse.settings import Settings
from lineage.ledger.lake_audit import LakeAudit
from lineage.ledger.ledger import open_ledger
from lineage.ledger.release_audit import audit_releases
from lineage.role_reading import readable
from lineage.signing.sealing import seal
from tests.unit.test_releases import AT, GREEN

SOURCES = {"core.lot": {"lot_id": {}}}


def lake_at(data: Path) -> Settings:
    return Settings.from_env({"MEDLAKE_DATA": str(data), "MEDLAKE_THREADS": "1"})


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sealed lake in which an analyst has read the one release."""
    settings = lake_at(tmp_path_factory.mktemp("sealed"))
    settings.build_path.parent.mkdir(parents=True)
    with duckdb.connect(str(settings.build_path)) as con:
        con.execute("CREATE SCHEMA core; CREATE TABLE core.lot AS SELECT range AS lot_id FROM range(2000)")
    table = ReleasedTable("core", "lot", ("lot_id",), "lots", {})
    release = publish(settings, ReleaseDraft([table], {"gates": GREEN, "sensitivity": SOURCES}, AT))
    seal(settings)
    read_by_analyst(settings, release)
    return settings.data_dir


@pytest.fixture
def settings(sealed: Path, tmp_path: Path) -> Settings:
    """A copy to spoil."""
    return lake_at(Path(shutil.copytree(sealed, tmp_path / "data")))


@pytest.fixture
def folder(settings: Settings) -> Path:
    """The folder of the analysts' file."""
    (found,) = (settings.releases_dir / "000001" / FOLDER).iterdir()
    return found


def read_by_analyst(settings: Settings, release: Release) -> None:
    readable(settings, release, [Role.ANALYST], {"notes.txt": lambda _, path: path.write_text("beside it")})


def audited(settings: Settings, *, deep: bool) -> LakeAudit:
    found = LakeAudit()
    with open_ledger(settings, writable=False) as ledger:
        audit_releases(settings, ledger, found, deep=deep)
    return found


def flip_a_byte(folder: Path) -> None:
    (file,) = folder.glob("*.duckdb")
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def edit_what_lies_beside(folder: Path) -> None:
    (folder / "notes.txt").write_text("beside us")


def give_more_and_vouch_for_it(folder: Path) -> None:
    """The whole release under the role's name, with facts that agree: the door itself would open it."""
    (file,) = folder.glob("*.duckdb")
    (whole,) = folder.parents[1].glob("*.duckdb")
    shutil.copy(whole, file)
    facts = json.loads((folder / FACTS).read_text())
    facts["warehouse"]["sha256"] = sha256(file.read_bytes()).hexdigest()
    (folder / FACTS).write_text(json.dumps(facts))


def slip_one_in(folder: Path) -> None:
    shutil.copytree(folder, folder.with_name("manager-0123456789abcdef"))


def take_away(folder: Path) -> None:
    shutil.rmtree(folder)


def take_a_part_away(folder: Path) -> None:
    (folder / "notes.txt").unlink()


def break_the_facts(folder: Path) -> None:
    (folder / FACTS).write_text("[]")


@pytest.mark.parametrize(
    ("change", "says", "deep"),
    [
        (flip_a_byte, r"other bytes than were sealed: .*analyst-\w+.warehouse-000001\.duckdb$", True),
        (edit_what_lies_beside, r"other bytes than were sealed: .*notes\.txt$", True),
        (give_more_and_vouch_for_it, r"no leaf put it on record: .*analyst-\w+$", False),
        (slip_one_in, r"no leaf put it on record: .*manager-\w+$", False),
        (break_the_facts, r"no leaf put it on record: .*analyst-\w+$", False),
        (take_a_part_away, r"missing from a role's file: .*notes\.txt$", False),
        (take_away, r"role file analyst of release 000001 is missing since leaf \d+", False),
    ],
)
def test_what_was_done_to_a_role_file_is_named(
    change: Callable[[Path], None], says: str, deep: bool, settings: Settings, folder: Path
) -> None:
    """Prevents a role's file that holds more than the role may see, or another content, from passing."""
    before = audited(settings, deep=True)
    assert (before.findings, before.role_files) == ([], 1)
    change(folder)
    (finding,) = audited(settings, deep=deep).findings
    assert re.search(says, finding), finding


def test_a_file_that_was_deleted_and_made_anew_is_sound(settings: Settings, folder: Path) -> None:
    """Prevents the way out that a refused file names from ending in an alarm for good."""
    flip_a_byte(folder)
    take_away(folder)
    read_by_analyst(settings, find_release(settings, 1))
    assert audited(settings, deep=True).findings == []


def test_a_restored_lake_is_not_accused_of_what_backups_leave_out(settings: Settings, folder: Path) -> None:
    """Prevents a drill or a restore from ending in false alarms."""
    take_away(folder)
    decide(settings, Step(Action.RESTORE, 0, "li.na", "fire", {}))
    seal(settings)
    assert audited(settings, deep=True).findings == []
