"""The audit trail for people: filters, samples and exports say what the ledger says."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage.ledger.act import Act, Action
from lineage.ledger.ledger import Ledger
from lineage.ledger.trail import FORMULA, Wanted, as_csv, reviewed, safe_text, sample, trail

START = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    times = (START + timedelta(hours=n) for n in range(100))
    with Ledger.open(tmp_path / "l.sqlite", clock=lambda: next(times)) as opened:
        for number in range(6):
            opened.append(Act(Action.EXPORT, "李娜", f"report {number}", "=HYPERLINK(1)"))
            opened.append(Act(Action.RELEASE_PUBLISHED, "王伟", f"release {number}", "run 1"))
        yield opened


@pytest.mark.parametrize(
    ("wanted", "indexes"),
    [
        (Wanted(person="王伟", what="release 3"), [7]),
        (Wanted(action="export"), [0, 2, 4, 6, 8, 10]),
        (
            Wanted(action="release", since=START + timedelta(hours=3), until=START + timedelta(hours=7)),
            [3, 5],
        ),
        (Wanted(action="rel"), []),
        (Wanted(person="王"), []),
    ],
)
def test_filters(ledger: Ledger, wanted: Wanted, indexes: list[int]) -> None:
    """Prevents an act from being left out of, or slipped into, what an inspector asked for."""
    assert [entry.index for entry in trail(ledger, wanted)] == indexes


def test_a_sample_is_drawn_again_from_its_seed(ledger: Ledger) -> None:
    """Prevents a sample that nobody can reproduce, or always the same one."""
    entries = list(trail(ledger, Wanted()))
    first = sample(entries, 4, seed=7)
    assert first == sample(entries, 4, seed=7)
    assert len({tuple(e.index for e in sample(entries, 4, seed=n)) for n in range(20)}) > 10
    assert sample(entries, 100, seed=1) == entries


def test_a_review_is_an_act(ledger: Ledger) -> None:
    """Prevents a review of the trail that leaves no trace of who looked at what."""
    seen = list(trail(ledger, Wanted(action="export")))
    reviewed(ledger, "QA 赵敏", "monthly review", Wanted(action="export"), seen, "nothing unusual")
    act = ledger.entry(12).act
    assert (act.action, act.who, act.what) == (Action.TRAIL_REVIEWED, "QA 赵敏", "action=export")
    assert act.details["leaves"] == [0, 2, 4, 6, 8, 10]


def test_export_for_an_inspector_runs_nothing(ledger: Ledger) -> None:
    """Prevents a reason that begins like a formula from being run by the inspector's spreadsheet."""
    rows = list(csv.reader(io.StringIO(as_csv(list(ledger.entries())).decode("utf-8-sig"))))
    assert len(rows) == 13
    assert rows[1][5] == "'=HYPERLINK(1)"
    assert not any(cell[:1] in FORMULA for row in rows for cell in row if cell)


@given(st.text(max_size=12))
def test_safe_text_is_safe_and_taken_back(text: str) -> None:
    """Prevents a text that acts, or one that cannot be read back as it was."""
    safe = safe_text(text)
    assert safe in (text, f"'{text}")
    assert safe == text if not safe.startswith("'") else safe == f"'{text}"
    assert safe.lstrip(' \u00a0\u3000"')[:1] not in FORMULA
