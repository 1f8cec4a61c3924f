"""What was known when: a file that arrives late changes the genealogy of today, never the one as of before.

clean lake of 1 January + SAP postings that arrive on 1 March -> core.trace_edge_version at both times
"""

import csv
import shutil
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from lakehouse.raw_zone import RawZone
from lakehouse.settings import adopt
from lakehouse.warehouse import connect, load_delta, mount_raw
from pipelines.ingest import ingest
from pipelines.sqlmesh.build import build
from quality_rules.contract import load_contracts
from tests.built_lakes import AT, BuiltLake, settings_of

MARCH = datetime(2026, 3, 1, tzinfo=UTC)
# The genealogy as of a moment, as any reader would ask for it.
AS_OF = """
SELECT edge_id, from_node_id, to_node_id, qty, precision_code, first_date, last_date, posting_count
FROM core.trace_edge_version
WHERE known_at <= $at AND COALESCE($at < known_until, TRUE)
"""


@pytest.fixture(scope="module")
def later(clean_lake: BuiltLake, tmp_path_factory: pytest.TempPathFactory) -> BuiltLake:
    """The clean lake two months on: a use nobody had told and the reversal of a relabel have arrived."""
    home = tmp_path_factory.mktemp("later") / "lake"
    shutil.copytree(clean_lake.settings.data_dir, home)
    lake = BuiltLake(settings_of(home, threads=2), clean_lake.truth)
    adopt(lake.settings)
    landing = lake.settings.landing_roots[0] / "sap_a" / "mseg"
    _write_late(landing)
    zone = RawZone(lake.settings.raw_dir)
    report = ingest(lake.settings, load_contracts(), zone, MARCH)
    assert report.loaded == 2
    with connect(lake.settings.build_path, read_only=False, settings=lake.settings) as connection:
        load_delta(connection)
        mount_raw(connection, zone, zone.versions())
    build(lake.settings, refresh_no=2)
    return lake


def test_what_arrives_late_changes_today_only(clean_lake: BuiltLake, later: BuiltLake) -> None:
    """Prevents a scope that pretends to have been known, and one that forgets what was believed then."""
    with clean_lake.connect() as before, later.connect() as after:
        then, now = _edges(before, AT), _edges(after, MARCH)
        assert _edges(after, AT) == then
        assert _today(before) == then and _today(after) == now
        gone, come = set(then) - set(now), set(now) - set(then)
        assert [then[edge][0] for edge in gone if edge.startswith("RELABEL")]
        assert {edge.split("|")[0] for edge in come} == {"CONSUME"} and len(come) == 1
        assert _known(after, come.pop()) == MARCH


def test_both_postings_of_a_cancelled_edge_stay_findable(later: BuiltLake) -> None:
    """Prevents a reversal from erasing what it took back: both records still speak, with their own times."""
    with later.connect() as after:
        rows = after.execute(
            """
            SELECT qty > 0, known_at FROM core.trace_evidence
            WHERE edge_type_code = 'RELABEL' AND edge_id NOT IN (SELECT edge_id FROM core.trace_edge)
                AND edge_id IN (SELECT edge_id FROM core.trace_evidence WHERE known_at = $march)
            ORDER BY ALL
            """,
            {"march": MARCH},
        ).fetchall()
    assert rows == [(False, MARCH), (True, AT)]


def _edges(con: duckdb.DuckDBPyConnection, at: datetime) -> dict[str, tuple[object, ...]]:
    return {row[0]: row[1:] for row in con.execute(AS_OF, {"at": at}).fetchall()}


def _today(con: duckdb.DuckDBPyConnection) -> dict[str, tuple[object, ...]]:
    columns = "edge_id, from_node_id, to_node_id, qty, precision_code, first_date, last_date, posting_count"
    return {row[0]: row[1:] for row in con.execute(f"SELECT {columns} FROM core.trace_edge").fetchall()}


def _known(con: duckdb.DuckDBPyConnection, edge_id: str) -> datetime:
    found = con.execute("SELECT known_at FROM core.trace_edge WHERE edge_id = ?", [edge_id]).fetchall()
    return found[0][0]


def _write_late(folder: Path) -> None:
    """A file of two lines, made of lines that came before: a 261 on another lot's order, a 310 for a 309."""
    lines = [
        row
        for path in sorted(folder.glob("*.csv"))
        for row in csv.DictReader(path.open(encoding="utf-8-sig"))
    ]
    uses = [row for row in lines if row["BWART"] == "261" and row["CHARG"] and row["AUFNR"]]
    used = uses[0]
    own = {row["CHARG"] for row in uses if row["AUFNR"] == used["AUFNR"]}
    other = next(row for row in uses if row["MATNR"] == used["MATNR"] and row["CHARG"] not in own)
    late = {**other, "AUFNR": used["AUFNR"], "MBLNR": "4999999901"}
    moves = [row for row in lines if row["BWART"] == "309"]
    taken_back = {(row["SMBLN"], row["SMBLP"]) for row in lines if row["BWART"] == "310"}
    moved = next(
        row for row in moves if _stands_alone(row, moves) and (row["MBLNR"], row["ZEILE"]) not in taken_back
    )
    back = {**moved, "BWART": "310", "SHKZG": "S", "MBLNR": "4999999902", "SMBLN": moved["MBLNR"]}
    back |= {"SMBLP": moved["ZEILE"], "SJAHR": moved["MJAHR"]}
    with (folder / "mseg_20260301.csv").open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.DictWriter(out, fieldnames=list(late))
        writer.writeheader()
        writer.writerows([late, back])


def _stands_alone(row: dict[str, str], moves: list[dict[str, str]]) -> bool:
    return sum((other["CHARG"], other["UMCHA"]) == (row["CHARG"], row["UMCHA"]) for other in moves) == 1
