"""The committed promises against a simulated year: no alarm when all is there, else one for what is gone."""

from collections.abc import Callable

import duckdb
import pytest

from pipelines.ingest.admission.landing import find_files
from pipelines.sqlmesh.arrivals import arrival_query
from quality_rules.contract import load_contracts
from simulator import simulate

CONTRACTS = load_contracts()
UNTIL = "DATE '2025-12-31'"
Names = list[tuple[str, str]]


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Names:
    """(contract, file) of every extract of a small clean year."""
    home = tmp_path_factory.mktemp("year")
    simulate(home / "landing", home / "truth", seed=11, scale=0.05, defects=False, progress=None)
    return [
        (table, file.name) for file in find_files([home / "landing"], CONTRACTS) for table in file.contracts
    ]


def alarms(names: Names) -> dict[str, list[str]]:
    """First days of the periods with an alarm, by table."""
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'; CREATE SCHEMA mart")
        con.execute(
            "CREATE TABLE mart.file"
            " (source_table TEXT, file_name TEXT, status TEXT, rows_in BIGINT, loaded_at TIMESTAMPTZ)"
        )
        con.executemany("INSERT INTO mart.file VALUES (?, ?, 'loaded', 9, '2026-01-01 00:00:00+00')", names)
        query = arrival_query(CONTRACTS.values(), UNTIL)
        found: dict[str, list[str]] = {}
        for table, day in con.execute(
            f"SELECT source_table, period_start_date::TEXT FROM ({query}) WHERE rule_id <> '' ORDER BY ALL"
        ).fetchall():
            found.setdefault(table, []).append(day)
        return found


def test_a_complete_year_raises_no_alarm(year: Names) -> None:
    """Prevents promises nobody keeps, whose alarms people learn to ignore."""
    assert len(year) > 1000
    assert alarms(year) == {}


REMOVED: dict[str, tuple[Callable[[str, str], bool], set[str]]] = {
    "a monthly file": (lambda t, n: n == "sap_a/mara/mara_20250701.csv", {"sap_a__mara"}),
    "the lines of a voucher file": (lambda t, n: "/rdrecords_202508" in n, {"u8_b__rdrecords"}),
    "a day of postings": (lambda t, n: "/mseg_202509" in n, {"sap_a__mseg"}),
    "a plant": (
        lambda t, n: t.startswith(("sap_a__", "mes_a__")) and "_202511" in n,
        {"sap_a__mara", "sap_a__mchb", "mes_a__shift", "mes_a__machine_state", "sap_a__mseg"},
    ),
}


@pytest.mark.parametrize("case", REMOVED)
def test_what_is_taken_away_is_found(year: Names, case: str) -> None:
    """Prevents a table, a month or a plant from missing without a word."""
    gone, expected = REMOVED[case]
    found = alarms([(table, name) for table, name in year if not gone(table, name)])
    assert expected <= set(found)
    assert set(found) <= {table for table, name in year if gone(table, name)}
