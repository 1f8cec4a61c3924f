"""Role files made ahead: for whom, once, on record, and by the sensor when a release lacks one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import dagster as dg
import yaml

from lakehouse.access import Grant, Role
from lakehouse.raw_zone import RawZone
from lakehouse.releases import Release, ReleaseDraft, ReleasedTable, publish
from lakehouse.settings import Settings
from lineage.ledger.act import Action
from lineage.ledger.ledger import open_ledger
from lineage.role_reading import readable
from pipelines.assets.role_files import role_files_asset, role_files_sensor
from pipelines.lake import Lake
from pipelines.role_files import AHEAD, missing_files
from tests.unit.test_releases import AT, GREEN
from tests.unit.test_role_release import SOURCES, release, settings

__all__ = ["release", "settings"]
OF_THE_DEMO = (Role.INSPECTOR, Role.MANAGER, Role.PLANT_MANAGER, Role.ENGINEER, Role.ANALYST)


def roles_of(grants: tuple[Grant, ...]) -> tuple[Role, ...]:
    return tuple(grant.role for grant in grants)


def test_the_asset_makes_what_people_will_open_and_the_sensor_asks_once(
    settings: Settings, release: Release
) -> None:
    """Prevents a reader from waiting for a file that could have been made, and one from being made twice."""
    lake = Lake(settings, {}, RawZone(settings.raw_dir))
    sensor = role_files_sensor(lake)
    assert roles_of(missing_files(settings, release)) == OF_THE_DEMO
    asked = sensor(dg.build_sensor_context())
    assert isinstance(asked, dg.SensorResult) and len(asked.run_requests or ()) == 1
    assert dg.materialize([role_files_asset(lake)]).success
    assert isinstance(sensor(dg.build_sensor_context()), dg.SkipReason)
    assert not readable(settings, release, [Role.ANALYST], {}).is_new
    with open_ledger(settings, writable=False) as ledger:
        acts = [entry.act for entry in ledger.of_action(Action.EXPORT)]
    assert [act.what.split()[2] for act in acts] == list(OF_THE_DEMO)
    assert {act.why for act in acts} == {AHEAD}


def test_a_role_that_nobody_holds_gets_a_file_once_it_has_read(
    settings: Settings, release: Release, tmp_path: Path
) -> None:
    """Prevents a file per role that nobody opens, and a wait at every release for who signs in elsewhere."""
    people = {
        "qian": {"name_zh": "钱", "name_en": "Qian", "zone": "Asia/Shanghai", "access": ["manager", "qa"]}
    }
    file = tmp_path / "people.yaml"
    file.write_text(yaml.safe_dump({"people": people}))
    theirs = replace(settings, people_path=file)
    assert missing_files(theirs, release) == ()
    readable(theirs, release, [Role.ENGINEER], {})
    readable(theirs, release, [Role.PLANT_MANAGER], {}, sites=("B", "A"))
    tables = [ReleasedTable("mart", "kpi", (), "kpi", {})]
    newer = publish(settings, ReleaseDraft(tables, {"gates": GREEN, "sensitivity": SOURCES}, AT))
    assert roles_of(missing_files(theirs, newer)) == (Role.PLANT_MANAGER, Role.ENGINEER)
