"""The arrivals calendar on literal files: what was promised and did not come is an alarm, nothing else is."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import duckdb
import pytest
from sqlglot import exp, lineage

from pipelines.sqlmesh.arrivals import COLUMNS, LINEAGE, arrival_query, day_literal
from quality_rules.contract import Contract, load_contracts
from quality_rules.contract_arrival import Arrival, Silence, allowed_silence, load_calendar

DAILY = Arrival("P1D", 1, "cn", date(2025, 9, 1), 0, (), None, (), "warn")
BASE = replace(load_contracts()["sap_a__mseg"], id="erp__move", tenant="plant_a", arrival=DAILY)
IDLE = load_calendar("cn")
UNTIL = date(2025, 10, 31)
WORKED = [d for n in range(60) if (d := date(2025, 9, 1) + timedelta(days=n)) not in IDLE and d <= UNTIL]
File = tuple[str, str, str, int, str]


def file(
    day: date,
    *,
    table: str = "erp__move",
    rows: int = 10,
    loaded: str = "",
    status: str = "loaded",
    site: str = "",
) -> File:
    """A file of one day, loaded in the evening unless the case says otherwise."""
    return table, f"erp/move/move_{site}{day:%Y%m%d}.csv", status, rows, loaded or f"{day} 20:00:00+00"


def judged(files: Iterable[File], *contracts: Contract, until: date = UNTIL) -> list[dict[str, Any]]:
    """The calendar of these files."""
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'; CREATE SCHEMA mart")
        con.execute(
            "CREATE TABLE mart.file"
            " (source_table TEXT, file_name TEXT, status TEXT, rows_in BIGINT, loaded_at TIMESTAMPTZ)"
        )
        con.executemany("INSERT INTO mart.file VALUES (?, ?, ?, ?, ?)", list(files))
        found = con.execute(arrival_query(contracts or (BASE,), day_literal(until)))
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def alarms(rows: list[dict[str, Any]]) -> list[tuple[str, str, date, str]]:
    """Table, plant, first day and rule of every alarm."""
    raised = ((r["source_table"], r["site_code"], r["period_start_date"], r["rule_id"]) for r in rows)
    return sorted(alarm for alarm in raised if alarm[3])


def test_a_complete_calendar_raises_nothing() -> None:
    """Prevents alarms on weekends, in the October holidays, and about a Sunday worked in exchange."""
    rows = judged(map(file, WORKED))
    assert alarms(rows) == []
    came = {r["period_start_date"] for r in rows if r["state_code"] == "on_time"}
    assert came == set(WORKED) and date(2025, 9, 28) in came and len(came) == 40
    # The day after the last file is not due yet; nothing else is open.
    assert [r["state_code"] for r in rows if r["period_start_date"] not in came] == ["pending"]


@pytest.mark.parametrize("day", WORKED[:-2])
def test_every_removed_day_is_found_and_named(day: date) -> None:
    """Prevents a day from missing without a word, whichever day it is."""
    rows = judged(file(d) for d in WORKED if d != day)
    assert alarms(rows) == [("erp__move", "", day, "DQ-ARR-001")]


def test_nothing_is_missing_before_it_is_due() -> None:
    """Prevents an alarm about an extract that still has time to come."""
    late_october = [file(d) for d in WORKED if d < date(2025, 10, 30)]
    assert alarms(judged(late_october, until=date(2025, 10, 31))) == []
    assert [a[2] for a in alarms(judged(late_october, until=date(2025, 11, 1)))] == [date(2025, 10, 30)]


def test_a_plant_that_sends_nothing_is_named() -> None:
    """Prevents one plant's silence from hiding behind the other's files, when one system serves both."""
    sites = replace(DAILY, site_pattern=r"move_([AB])_", sites=("A", "B"), severity="block")
    both = replace(BASE, arrival=sites, extract_date=r"_(\d{8})\.")
    files = [file(d, site=f"{s}_") for d in WORKED for s in "AB" if s == "A" or d < date(2025, 10, 20)]
    rows = judged(files, both)
    assert {a[1] for a in alarms(rows)} == {"B"}
    assert len(alarms(rows)) == sum(date(2025, 10, 20) <= d < date(2025, 10, 30) for d in WORKED)
    assert {r["severity_code"] for r in rows if r["rule_id"]} == {"block"}


def test_late_is_told_from_history() -> None:
    """Prevents a late delivery from passing as on time, and old files of a first load from being late."""
    files = [file(d) for d in WORKED if d != date(2025, 9, 17)]
    rows = judged([*files, file(date(2025, 9, 17), loaded="2025-09-19 01:00:00+00")])
    assert alarms(rows) == [("erp__move", "", date(2025, 9, 17), "DQ-ARR-002")]
    history = judged(file(d, loaded="2026-01-01 00:00:00+00") for d in WORKED)
    assert {r["state_code"] for r in history} == {"backfilled", "pending"}


def test_quiet_periods_are_allowed_only_in_a_row_that_is_short() -> None:
    """Prevents a source without empty files from raising an alarm a day, or from dying unnoticed."""
    quiet = replace(BASE, arrival=replace(DAILY, quiet=2))
    gap = {date(2025, 9, 15), date(2025, 9, 16), date(2025, 9, 17)}
    assert alarms(judged((file(d) for d in WORKED if d not in gap - {date(2025, 9, 16)}), quiet)) == []
    found = alarms(judged((file(d) for d in WORKED if d not in gap), quiet))
    assert found == [("erp__move", "", date(2025, 9, 17), "DQ-ARR-001")]


def test_a_partner_without_the_other_is_an_alarm_at_once() -> None:
    """Prevents head rows without their lines from passing as a quiet day."""
    quiet = replace(BASE, arrival=replace(DAILY, quiet=30, partners=("erp__head",)))
    head = replace(BASE, id="erp__head", arrival=replace(DAILY, quiet=30))
    heads = [file(d, table="erp__head") for d in WORKED if d != WORKED[20]]
    lines = [file(d) for d in WORKED if d not in {WORKED[10], WORKED[20]}]
    assert alarms(judged([*heads, *lines], quiet, head)) == [("erp__move", "", WORKED[10], "DQ-ARR-001")]


def test_refused_and_empty_are_not_the_same_as_missing() -> None:
    """Prevents a rejected file from counting as an arrival, and an empty one from counting as silence."""
    files = [file(d) for d in WORKED if d not in {WORKED[5], WORKED[6]}]
    rows = judged([*files, file(WORKED[5], status="rejected"), file(WORKED[6], rows=0)])
    assert alarms(rows) == [("erp__move", "", WORKED[5], "DQ-ARR-003")]
    assert {r["period_start_date"]: r["state_code"] for r in rows}[WORKED[6]] == "empty"


def test_a_day_far_outside_its_history_is_told() -> None:
    """Prevents a tenth of a day's records from passing as the whole day, or a year's records as one day's."""
    sizes = {WORKED[25]: 5, WORKED[30]: 1200}
    rows = judged(file(d, rows=sizes.get(d, 100)) for d in WORKED)
    assert alarms(rows) == [("erp__move", "", d, "DQ-ARR-004") for d in sorted(sizes)]
    assert {r["severity_code"] for r in rows} == {"warn"}


@pytest.mark.parametrize(
    ("changed", "usual", "longest"),
    [
        ({}, 11, 12),  # 2026-02-14 is worked, then the spring festival until 2026-02-24, and one day late
        ({"latency_days": 3}, 13, 14),
        ({"calendar": "every-day"}, 2, 3),
        ({"calendar": "every-day", "quiet": 4}, 6, 7),
        ({"period": "P1M", "calendar": "every-day", "latency_days": 5}, 36, 67),
        ({"period": "P7D", "latency_days": 0}, 14, 21),  # a week of holidays promises nothing
    ],
)
def test_allowed_silence_is_the_longest_that_calls_nothing_late(
    changed: dict[str, Any], usual: int, longest: int
) -> None:
    """Prevents an alarm at every holiday, and a stopped feed that passes for one."""
    assert allowed_silence(replace(DAILY, **changed)) == Silence(timedelta(usual), timedelta(longest))


def test_weeks_and_months_are_periods() -> None:
    """Prevents a weekly or monthly extract from being expected every day, or its gap from passing."""
    weekly = replace(BASE, arrival=replace(DAILY, period="P7D", latency_days=0))
    fridays = [d for d in WORKED if d.weekday() == 4]
    # The week of the holidays has two working days and no Friday among them: its file comes on the Tuesday.
    weeks = [file(d) for d in [*fridays, date(2025, 9, 30)]]
    assert alarms(judged(weeks, weekly)) == []
    assert [a[2] for a in alarms(judged(weeks[:2] + weeks[3:], weekly))] == [date(2025, 9, 15)]
    monthly = replace(BASE, arrival=replace(DAILY, period="P1M", latency_days=0, calendar="every-day"))
    until = date(2025, 12, 1)
    found = alarms(judged([file(date(2025, 9, 30)), file(date(2025, 11, 1))], monthly, until=until))
    assert found == [("erp__move", "", date(2025, 10, 1), "DQ-ARR-001")]


def test_the_declared_lineage_is_that_of_the_query() -> None:
    """Prevents a column that counts as personal because nobody knows what it is made of, and one
    that counts as harmless because the declaration was not kept in step."""
    files = dict.fromkeys(("source_table", "file_name", "status", "rows_in", "loaded_at"), "TEXT")
    schema = {"mart": {"file": files, "as_of": {"as_of_date": "DATE"}}}
    query = arrival_query([BASE], "(SELECT MAX(as_of_date) FROM mart.as_of)")
    found = {}
    for column in COLUMNS:
        nodes = lineage.lineage(column, query, schema=schema, dialect="duckdb", trim_selects=False).walk()
        ends = {(node.expression.find(exp.Table), node.name) for node in nodes if not node.downstream}
        found[column] = tuple(
            sorted(
                (f"{table.db}.{table.name}", exp.to_column(name).name)
                for table, name in ends
                if table and table.db
            )
        )
    assert {column: tuple(sorted(LINEAGE.get(column, ()))) for column in COLUMNS} == found
