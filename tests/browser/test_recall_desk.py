"""The recall desk without a browser: what an earlier moment knew, what changed since, who may act."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from cli.main import app as command
from dashboards.reader import Reader
from dashboards.views.recall import issuing
from dashboards.views.recall.question import MOMENTS_AT_MOST, known_moments
from lakehouse.raw_zone import RawZone
from tests.browser import scratch_release
from tests.browser.scratch_release import publish_scratch, settings_for
from traceability.recall.case import cases

SET_LOT = "A:10000123:B26010501"
# The file with the delivery documents comes ten days after all others.
DOCUMENTS = {
    "load_id": "L9",
    "source_table": "sap_a__lips",
    "file_sha256": "47a".zfill(64),
    "status": "loaded",
    "loaded_at": "2026-02-10 16:00:00+00",
}


# What a partner told of the lot, and the lake knew at once.
DEALER = "https://id.gs1.org/417/6901234500002"
PASSED_ON = {
    "edge_id": f"SHIP||{SET_LOT}|customer:epcis:{DEALER}",
    "edge_type_code": "SHIP",
    "from_node_id": SET_LOT,
    "from_kind_code": "lot",
    "to_node_id": f"customer:epcis:{DEALER}",
    "to_kind_code": "customer",
    "qty": 25,
    "source_system": "epcis",
    "known_at": "2026-01-20 16:00:00+00",
}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The scratch release, its deliveries known later."""
    folder = tmp_path_factory.mktemp("desk") / "data"
    rows = scratch_release._rows()
    with pytest.MonkeyPatch.context() as patch:
        edges = [*rows["core.trace_edge_version"], {**PASSED_ON, "precision_code": "EXACT"}]
        more = {
            "mart.file": [*rows["mart.file"], DOCUMENTS],
            "core.trace_edge_version": edges,
            "core.trace_evidence": [{**PASSED_ON, "part_code": "stated", "told_date": "2026-01-19"}],
        }
        patch.setattr(scratch_release, "_rows", lambda: {**rows, **more})
        publish_scratch(folder)
        patch.setenv("MEDLAKE_DATA", str(folder))
        yield folder


def page() -> None:
    """The desk as the application draws it, for somebody of the quality assurance."""
    from dashboards.reader import Reader
    from dashboards.release import open_current
    from dashboards.views.recall import draw
    from lakehouse.access import Role
    from lakehouse.settings import Settings
    from reports.language import load

    opened = open_current(Settings.from_env(), Reader("qa", (Role.QA,), is_demo=True))
    assert opened is not None
    draw(opened, load("dashboards", "zh"))


def desk(**state: Any) -> AppTest:
    """The desk with a lot named, and whatever else was chosen."""
    app = AppTest.from_function(page, default_timeout=60)
    for key, value in {"recall_text_lot": SET_LOT, **state}.items():
        app.session_state[key] = value
    app.run()
    assert not app.exception, app.exception
    return app


def figures(app: AppTest) -> dict[str, str]:
    """What is known, by name."""
    (text,) = [one.proto.body for one in app.get("html") if '"ml-figures"' in one.proto.body]
    return dict(re.findall(r"<span>(.*?)</span><b>(.*?)</b>", text))


def test_where_goods_went_on_is_told_with_what_nobody_told(data: Path) -> None:
    """Prevents a hospital that a partner named from standing nowhere, and silence from looking whole."""
    app = desk()
    assert "后续流向（1）" in [tab.label for tab in app.tabs]
    (table,) = [one.proto.body for one in app.get("html") if DEALER in one.proto.body]
    assert "25" in table and "2026年1月19日" in table
    assert any("没有任何合作伙伴提及" in caption.value for caption in app.caption)


def lot_page() -> None:
    """The page of the lot, for the same person."""
    from dashboards.reader import Reader
    from dashboards.release import open_current
    from dashboards.views.trace import draw
    from lakehouse.access import Role
    from lakehouse.settings import Settings
    from reports.language import load

    opened = open_current(Settings.from_env(), Reader("qa", (Role.QA,), is_demo=True))
    assert opened is not None
    draw(opened, load("dashboards", "zh"))


def test_the_lots_page_and_the_command_tell_the_same(data: Path) -> None:
    """Prevents what a recall tells from being unknown to whoever only looks at the lot."""
    app = AppTest.from_function(lot_page, default_timeout=60)
    app.session_state["q"] = SET_LOT
    app.run()
    assert not app.exception, app.exception
    assert "后续流向（合作伙伴告知） (1)" in [tab.label for tab in app.tabs]
    assert any(DEALER in one.proto.body for one in app.get("html"))
    result = CliRunner().invoke(command, ["trace", SET_LOT, "--json"])
    (moved,) = json.loads(result.stdout)["onward"]
    assert (moved["holder"], moved["qty"], moved["uom_code"]) == (DEALER, "25.000", "C62")
    printed = CliRunner().invoke(command, ["trace", SET_LOT]).stdout
    assert "Where goods went on, as partners tell: 1" in " ".join(printed.split())


def test_an_earlier_moment_knows_less_and_the_difference_is_told(data: Path) -> None:
    """Prevents a slider without effect, and a scope of then that is told with the knowledge of now."""
    now = desk()
    then = desk(recall_known_by=0)
    assert figures(now)["收货单位"] != figures(then)["收货单位"]
    assert any("过去时刻的平衡没有留存" in one.proto.body for one in then.get("html"))
    compared = desk(recall_since=0)
    (changes,) = [tab.label for tab in compared.tabs if tab.label.startswith("变化")]
    assert int(re.findall(r"\d+", changes)[0]) > 0


def test_a_drill_is_stamped_before_anything_leaves(data: Path) -> None:
    """Prevents a drill that looks like a recall on the screen from which its package is taken."""
    drill, real = desk(recall_drill=True), desk()
    stamped = [any('"ml-drill"' in one.proto.body for one in app.get("html")) for app in (drill, real)]
    assert stamped == [True, False]


def test_the_act_asks_for_the_right_itself(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Prevents a button drawn before somebody lost the right from still opening a recall."""
    app = desk(recall_reason="seal", recall_no="RC-1")
    allowed = Reader.may
    monkeypatch.setattr(issuing, "_made", lambda *_: pytest.fail("a package was made"))
    monkeypatch.setattr(
        Reader, "may", lambda self, action: action == "recall.open" and next(asked) and allowed(self, action)
    )
    asked = iter([True, False])  # the button is drawn, then the right is gone
    app.button(key="recall_open").click().run()
    assert ["无权" in error.value for error in app.error] == [True]
    assert cases(RawZone(settings_for(data).raw_dir)) == ()


def test_many_loads_are_offered_by_day() -> None:
    """Prevents a slider of ten thousand steps, and a day whose last load does not count."""
    begin = datetime(2026, 1, 1, 3, tzinfo=UTC)
    few = [begin + timedelta(hours=n) for n in range(MOMENTS_AT_MOST)]
    assert known_moments(few) == few
    many = [begin + timedelta(hours=n) for n in range(24 * 10)]
    days = known_moments(many)
    assert len(days) == 11 and days[-1] >= many[-1]
    assert all(any(day - timedelta(days=1) < load <= day for load in many) for day in days)
