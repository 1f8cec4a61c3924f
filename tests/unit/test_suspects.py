"""Common causes of complaints on a release of literal rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from cli.main import app
from lakehouse.releases import open_release
from tests.browser.scratch_release import publish_scratch, settings_for
from traceability.suspects import NoCases, complaint_lots, suspects

SET, NEEDLE, BLISTER = "A:10000123:", "A:30000002:", "A:40000001:"


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the scratch release."""
    folder = tmp_path_factory.mktemp("lake")
    publish_scratch(folder)
    return folder


@pytest.fixture
def con(lake: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_release(settings_for(lake)) as con:
        yield con


def test_what_only_the_cases_share_comes_first(con: duckdb.DuckDBPyConnection) -> None:
    """Prevents blame on the lot that went into everything before the one that only the cases share."""
    found = suspects(con, [f"{SET}B26010501", f"{SET}B26010501-EN"])
    assert (len(found.cases), found.population) == (2, 4)
    rows = {s.lot.lot_id: (s.case_count, s.lot_count, s.lift) for s in found.suspects}
    assert rows[f"{BLISTER}P2501"] == rows[f"{NEEDLE}N2599"] == (2, 2, Decimal("2.000"))
    assert rows[f"{NEEDLE}N2501"] == (2, 4, Decimal("1.000"))
    assert [s.lift for s in found.suspects] == sorted((s.lift for s in found.suspects), reverse=True)
    assert all(s.chance == pytest.approx(1 / 6) for s in found.suspects if s.lot_count == 2)


def test_lots_without_genealogy_are_refused(con: duckdb.DuckDBPyConnection) -> None:
    """Prevents 'nothing in common' where nothing is known."""
    with pytest.raises(NoCases):
        suspects(con, ["A:10000123:NOPE"])


def test_complaints_name_their_lots() -> None:
    """Prevents complaints of other products or other days from counting, or one without a lot."""
    with duckdb.connect(":memory:") as con:
        con.execute(
            """CREATE SCHEMA core; CREATE TABLE core.complaint AS FROM (VALUES
            ('L1', 'P', DATE '2026-01-05'), ('L1', 'P', DATE '2026-01-06'), (NULL, 'P', DATE '2026-01-06'),
            ('L2', 'P', DATE '2026-01-07'), ('L3', 'Q', DATE '2026-01-06'))
            AS complaint (lot_id, product_code, received_date)"""
        )
        assert complaint_lots(con, None, None, None) == ("L1", "L2", "L3")
        assert complaint_lots(con, "P", None, date(2026, 1, 6)) == ("L1",)
        assert complaint_lots(con, None, date(2026, 1, 6), None) == ("L1", "L2", "L3")
        assert complaint_lots(con, "Q", date(2026, 1, 7), None) == ()


def test_command_says_how_it_counted(lake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Prevents a ranking without the numbers behind it, or a command that is not there."""
    monkeypatch.setenv("MEDLAKE_DATA", str(lake))
    done = CliRunner().invoke(app, ["suspects", f"{SET}B26010501", f"{SET}B26010501-EN", "--limit", "1"])
    assert done.exit_code == 0, done.output
    assert "upstream of 2 cases, compared with 4 lots" in done.output
    assert "more; --limit shows them" in done.output
