"""The schedule of an environment: none unless set, skipped when nothing is new, patient with a writer."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest

from lakehouse.operation import BadOperation, Operation, RefreshTimes
from lakehouse.raw_zone import RawZone
from lakehouse.releases import Release
from lakehouse.settings import Settings
from lakehouse.writer_lock import LakeBusy
from pipelines import refresh_schedule as module
from pipelines.lake import Lake
from pipelines.refresh_schedule import UNSET, refresh_schedules, told_times

TIMES = RefreshTimes("30 5 * * 1-5", "Asia/Shanghai")


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    settings = Settings(
        *(tmp_path, tmp_path, (tmp_path,), None, None, "1GB"), operation=Operation(refresh=TIMES)
    )
    return Lake(settings, {}, RawZone(settings.raw_dir))


def tick(lake: Lake) -> list[dg.RunRequest] | str | None:
    """What one tick asks for, or why it asks for nothing."""
    (schedule,) = refresh_schedules(lake, "refresh")
    context = dg.build_schedule_context(scheduled_execution_time=datetime(2026, 3, 2, 21, 30, tzinfo=UTC))
    found = schedule.evaluate_tick(context)
    return list(found.run_requests or []) or found.skip_message


def test_without_a_setting_there_is_no_schedule_and_the_job_says_so(lake: Lake) -> None:
    """Prevents a lake that refreshes at an hour nobody chose, or never while everybody thinks it does."""
    unset = replace(lake, settings=replace(lake.settings, operation=Operation()))
    assert refresh_schedules(unset, "refresh") == []
    assert told_times(None) == UNSET
    assert "30 5 * * 1-5" in told_times(TIMES) and "Asia/Shanghai" in told_times(TIMES)


def test_the_schedule_runs_by_the_clock_of_the_plant(lake: Lake) -> None:
    """Prevents a schedule that stands still until somebody switches it on, or follows another zone."""
    (schedule,) = refresh_schedules(lake, "refresh")
    assert schedule.execution_timezone == "Asia/Shanghai"
    assert schedule.default_status is dg.DefaultScheduleStatus.RUNNING


def test_a_tick_runs_when_something_is_new_or_cannot_be_known(
    lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Prevents a release a day without new data, and a day without release because somebody was writing."""

    def busy(_: Lake) -> None:
        raise LakeBusy("somebody writes")

    monkeypatch.setattr(module, "unchanged_release", lambda _: Release(7, tmp_path, {}))
    assert tick(lake) == "nothing new since release 000007"
    for answer in (lambda _: None, busy):
        monkeypatch.setattr(module, "unchanged_release", answer)
        found = tick(lake)
        assert isinstance(found, list) and len(found) == 1


def test_what_is_no_cron_expression_names_its_setting(lake: Lake) -> None:
    """Prevents a Dagster that does not load and does not say which setting is to blame."""
    wrong = replace(lake.settings, operation=Operation(refresh=RefreshTimes("at five", "Asia/Shanghai")))
    with pytest.raises(BadOperation, match="MEDLAKE_REFRESH_CRON"):
        refresh_schedules(replace(lake, settings=wrong), "refresh")
