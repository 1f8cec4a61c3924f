"""Streams of a release as charts: which values are together, in which order, what is kept of the verdicts."""

from pathlib import Path

import duckdb
import numpy as np
import pytest

from reports.spc import RuleSet, attribute_chart, variable_chart
from reports.spc.streams import attach_verdicts, judge, read_verdicts

WE = RuleSet.WESTERN_ELECTRIC
# The last subgroup jumps; rows lie in the table in the reverse of their time.
SUBGROUPS = [*np.random.default_rng(4).normal(10, 1, (30, 3)).round(3).tolist(), [20.0, 20.1, 19.9]]


@pytest.fixture
def release() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute("""
        SET TimeZone = 'UTC'; CREATE SCHEMA mart; CREATE SCHEMA core;
        CREATE TABLE core.site AS SELECT 'A' AS site_code, 'Asia/Shanghai' AS zone_name;
        CREATE TABLE mart.spc_value (stream_id TEXT, subgroup_id TEXT, measured_at TIMESTAMPTZ,
          value DECIMAL(18, 6), lower_limit DECIMAL(18, 6), upper_limit DECIMAL(18, 6), source_system TEXT,
          _file_sha256 TEXT, _row BIGINT);
        CREATE TABLE core.inspection (site_code TEXT, source_system TEXT, product_id TEXT,
          inspection_kind_code TEXT, decided_at TIMESTAMPTZ, sample_qty DECIMAL(18, 3),
          defect_qty DECIMAL(18, 3), _file_sha256 TEXT, _row BIGINT)
    """)
    values = [
        (
            "A|m|P|pH||5|15",
            f"E{100 - at}",
            f"2025-01-01 {at // 60:02}:{at % 60:02}:{n:02}+00",
            value,
            5,
            15,
            at,
            n,
        )
        for at, group in enumerate(SUBGROUPS)
        for n, value in enumerate(group)
    ]
    for stream, group, moment, value, lower, upper, at, n in reversed(values):
        con.execute(
            "INSERT INTO mart.spc_value VALUES (?, ?, ?, ?, ?, ?, 'm', 'f', ?)",
            [stream, group, moment, value, lower, upper, at * 3 + n],
        )
    con.execute("INSERT INTO mart.spc_value VALUES ('A|m|P|mm||', 'E1', NULL, 1, NULL, NULL, 'm', 'f', 999)")
    return con


def sampled(con: duckdb.DuckDBPyConnection, moment: str, size: int, defects: int | None) -> None:
    con.execute(
        "INSERT INTO core.inspection VALUES ('A', 's', 'P', 'final', ?, ?, ?, 'f', 1)",
        [moment, size, defects],
    )


def test_values_are_charted_in_the_order_of_time(release: duckdb.DuckDBPyConnection) -> None:
    """Prevents a chart in the order of names or rows, where a jump at the end looks like one at the start."""
    verdict = judge(release, WE)["A|m|P|pH||5|15"]
    chart = variable_chart(SUBGROUPS, WE)
    assert (verdict.kind, verdict.point_count, verdict.signal_count) == ("xbar_r", 31, len(chart.signals))
    assert verdict.recent_count >= 1
    assert (verdict.outside_count, verdict.cpk, "unstable" in verdict.reasons) == (3, None, True)
    assert judge(release, WE)["A|m|P|mm||"].refusal == "few"


def test_samples_are_taken_together_by_the_plants_month(release: duckdb.DuckDBPyConnection) -> None:
    """Prevents 1 February 00:30 in Shanghai from being January, and open inspections or impossible counts
    from entering a share."""
    sampled(release, "2025-01-31 16:30:00+00", 100, 4)
    sampled(release, "2025-02-10 02:00:00+00", 100, 6)
    sampled(release, "2025-01-10 02:00:00+00", 50, 5)
    sampled(release, "2025-01-11 02:00:00+00", 10, 11)
    sampled(release, "2025-01-12 02:00:00+00", 10, None)
    verdict = judge(release, WE)["A|s|P|final"]
    chart = attribute_chart([5, 10], [50, 200], WE)
    assert (verdict.kind, verdict.point_count, verdict.outside_count) == ("p", len(chart.location.values), 15)
    assert (verdict.cpk, verdict.reasons) == (None, ())


def test_what_is_kept_is_what_was_judged(release: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """Prevents a page that shows the verdict of one rule set under the other's name, or loses a reason."""
    attach_verdicts(release, tmp_path / "kept")
    for rule_set in RuleSet:
        assert read_verdicts(tmp_path / "kept", rule_set) == judge(release, rule_set) != {}
    attach_verdicts(release, tmp_path / "again")
    assert (tmp_path / "kept").read_bytes() == (tmp_path / "again").read_bytes()


def test_a_release_without_measurements_has_no_verdicts(
    release: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    """Prevents a lake without a laboratory from getting no release."""
    release.execute("DELETE FROM mart.spc_value")
    attach_verdicts(release, tmp_path / "kept")
    assert read_verdicts(tmp_path / "kept", WE) == {}
