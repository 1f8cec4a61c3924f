"""`medlake up` killed at work, part by part: every run ends, no lock stays, and the refresh is made up for.

A run worker is killed within the sample too: tests/chaos/test_run_lease.py.
"""

from pathlib import Path

import dagster as dg
import pytest

from lakehouse.raw_zone import RawZone
from lakehouse.releases import current, open_release
from lakehouse.settings import Settings
from lakehouse.writer import silent
from pipelines.instance import open_instance
from pipelines.run_lease import is_held, writing
from simulator import simulate
from tests.chaos.dagster_stack import (
    Part,
    has_come_to,
    has_ended,
    has_succeeded,
    processes,
    stack,
    unfinished,
    until,
)
from tests.conftest import Storm

SEED, SCALE = 7, 0.02
KILLS: tuple[tuple[Part, str], ...] = (
    ("everything", "starting"),
    ("run worker", "landing_to_raw"),
    ("code server", "sqlmesh"),
    ("daemon", "gate_raw"),
    ("run worker", "release"),
    ("command", "sqlmesh"),
    ("everything", "release"),
)
# Parts without which `medlake up` ends, so that a person, or a service manager, starts it again.
HOLD_ALL_UP: frozenset[Part] = frozenset({"daemon", "command", "everything"})
SERVES: tuple[str, ...] = ("dagster_webserver", "streamlit run")
PATIENCE = 1800.0
ORPHANED = 120.0


def refresh_through(settings: Settings, log: Path, part: Part, moment: str) -> float:
    """Refreshes the lake and kills a part at a moment; returns the seconds until the killed run was ended."""
    with open_instance(settings) as instance:
        with stack(settings, log) as running:
            run_id = running.launch()
            until(lambda: has_come_to(instance, run_id, moment), PATIENCE, f"the run to come to {moment}")
            assert running.kill(part), f"there was no {part} to kill"
            if part not in HOLD_ALL_UP:
                return made_up_for(instance, run_id)
            until(lambda: running.up.poll() is not None, PATIENCE, "`medlake up` to end")
            until(lambda: not processes(settings.data_dir, SERVES), ORPHANED, "its ports to be free")
        with stack(settings, log):
            return made_up_for(instance, run_id)


def made_up_for(instance: dg.DagsterInstance, run_id: str) -> float:
    """Waits for the end of a run, of one that succeeds in its place, and of all others; returns the first."""
    ended = until(lambda: has_ended(instance, run_id), PATIENCE, f"run {run_id} to end")
    until(lambda: has_succeeded(instance, run_id), PATIENCE, f"a refresh in the place of {run_id}")
    until(lambda: not unfinished(instance), PATIENCE, "every run to end")
    return ended


@pytest.mark.storm
def test_a_refresh_outlives_what_carries_it(storm: Storm, tmp_path: Path) -> None:
    """Prevents a run that is `started` for ever, a lock nobody gives back, a day without release because a
    process died in the night, and rows lost or taken twice on the way."""
    if not storm.is_full:
        pytest.skip("takes many minutes: `make storm`; test_run_lease.py kills a run worker in seconds")
    settings = Settings.from_env({"MEDLAKE_DATA": str(tmp_path / "lake"), "MEDLAKE_MEMORY": "2GB"})
    simulate(
        settings.landing_roots[0], tmp_path / "truth", seed=SEED, scale=SCALE, defects=False, progress=None
    )
    ended = {
        f"{part} at {moment}": round(refresh_through(settings, tmp_path / "log", part, moment))
        for part, moment in KILLS
    }
    storm.report("dagster stack", kills=len(KILLS), **{f"s, {kill}": took for kill, took in ended.items()})
    release = current(settings)
    assert release is not None and release.number >= len(KILLS)
    with open_release(settings, release.number) as books:
        stages = books.execute("SELECT stage_code, is_balanced FROM mart.conservation").fetchall()
    assert {stage for stage, _ in stages} == {"landing", "raw", "stg", "core"}
    assert all(is_balanced for _, is_balanced in stages)
    assert RawZone(settings.raw_dir).check(deep=True).damage == []
    # A worker that its code server ended leaves the file of its lease, and nobody holding it.
    assert [path for path in (settings.dagster_dir / "leases").iterdir() if is_held(path)] == []
    with writing(settings, "the next", silent):
        pass
