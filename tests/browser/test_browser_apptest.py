"""The dashboards without a browser: empty lake, filters, exports."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from dashboards.chrome import plain
from dashboards.kpi import Cell, by_month, combined
from dashboards.tables import Column, as_csv, safe_cell
from lakehouse.releases import Action, Step, decide, publish
from lakehouse.settings import Settings
from lineage.signing.people import DEMO_MARK
from tests.browser.scratch_release import create_tables, draft, publish_scratch, settings_for

APP = str(Path(__file__).parents[2] / "dashboards" / "app.py")


def test_empty_lake_says_what_to_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Prevents an error page on a fresh checkout."""
    monkeypatch.setenv("MEDLAKE_DATA", str(tmp_path))
    app = AppTest.from_file(APP, default_timeout=30).run()
    assert not app.exception
    assert app.code[0].value == "make demo"


def test_an_emergency_release_is_loud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Prevents a reader from relying on one person's release, or on demo signatures, without being told."""
    data = tmp_path / "data"
    publish_scratch(data)
    monkeypatch.setenv("MEDLAKE_DATA", str(data))
    app = AppTest.from_file(APP, default_timeout=30).run()
    assert [warning.value for warning in app.warning] == []
    settings = Settings.from_env({"MEDLAKE_DATA": str(data)})
    release = publish(settings, draft(), kind="regulatory", people=DEMO_MARK)
    facts = {"role": "quality_assurance", "key_id": "k", "envelope_sha256": "e", "hours": 5}
    decide(settings, Step(Action.BREAK_GLASS, release.number, "wang.wei", "recall tonight", facts))
    app = AppTest.from_file(APP, default_timeout=30).run()
    assert not app.exception
    emergency, demo = (warning.value for warning in app.warning)
    assert "紧急发布：仅 wang" in emergency and "recall tonight" in emergency
    assert demo.startswith("DEMO 演示人员")


def test_a_release_of_an_earlier_version_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Prevents an error page between an upgrade and the first refresh after it."""
    settings = settings_for(tmp_path)
    settings.build_path.parent.mkdir(parents=True)
    with duckdb.connect(str(settings.build_path)) as con:
        create_tables(con)
    tables = [table for table in draft().tables if table.name != "kpi_target"]
    publish(settings, replace(draft(), tables=tables))
    monkeypatch.setenv("MEDLAKE_DATA", str(tmp_path))
    app = AppTest.from_file(APP, default_timeout=30).run()
    assert not app.exception
    assert "medlake refresh" in app.warning[-1].value


def test_plants_and_period_change_the_numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Prevents filters that move without effect."""
    data = tmp_path / "data"
    publish_scratch(data)
    monkeypatch.setenv("MEDLAKE_DATA", str(data))
    app = AppTest.from_file(APP, default_timeout=30).run()
    both = _tiles(app)
    app.pills(key="sites").set_value(["A"]).run()
    one = _tiles(app)
    app.segmented_control(key="period").set_value(3).run()
    assert not app.exception
    assert len(both) == 20
    assert both != one != _tiles(app)


def _tiles(app: AppTest) -> list[str]:
    return [block.proto.body for block in app.get("html") if 'class="ml-tile"' in block.proto.body]


def test_values_are_sums_over_sums() -> None:
    """Prevents the average of two plants' ratios from being shown as their ratio."""
    month = date(2026, 1, 1)
    cells = [
        Cell("A", "batch_pass_rate", month, Decimal(90), Decimal(100), Decimal("0.9")),
        Cell("B", "batch_pass_rate", month, Decimal(1), Decimal(2), Decimal("0.5")),
    ]
    assert combined(cells, "C62") == Decimal("0.892156863")
    assert combined(cells[:1], "C62") == Decimal("0.9")
    assert combined([], "C62") is None
    median = Cell("A", "capa_cycle_median_days", month, None, Decimal(3), Decimal(11))
    assert combined([median, median], "DAY") is None
    assert by_month([*cells, median], "C62") == {month: None}


def test_data_cannot_become_markdown() -> None:
    """Prevents a supplier's lot number from fetching an image or posing as a link."""
    assert plain("![x](http://h)<b>_批号") == r"\!\[x\]\(http\:\/\/h\)\<b\>\_批号"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1"])
def test_export_cannot_run_in_a_spreadsheet(text: str) -> None:
    """Prevents a supplier name from becoming a formula on the reader's machine."""
    assert safe_cell(text) == f"'{text}"
    columns: list[Column[str]] = [Column("name", lambda row: row), Column("qty", lambda row: Decimal(-5))]
    lines = as_csv([text], columns).decode("utf-8-sig").splitlines()
    assert lines[0] == "name,qty"
    assert lines[1].endswith(",-5")
    assert lines[1].lstrip('"').startswith("'")


def test_demo_readers_see_what_their_roles_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Prevents a role from seeing pages or taking away what the policy does not grant."""
    data = tmp_path / "data"
    publish_scratch(data)
    monkeypatch.setenv("MEDLAKE_DATA", str(data))
    app = AppTest.from_file(APP, default_timeout=30).run()
    assert app.selectbox(key="reader").value == "demo"
    assert {"总览", "批次追溯"} <= _page_names(app)
    app.selectbox(key="reader").set_value("zhang.min").run()
    assert not app.exception
    assert "批次追溯" not in _page_names(app) and "总览" in _page_names(app)


@pytest.mark.parametrize("address", ["0.0.0.0", "", "192.0.2.7"])
def test_demo_identities_are_for_this_machine_only(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Prevents a demo from letting the whole network in as anybody."""
    monkeypatch.setenv("MEDLAKE_DATA", str(tmp_path))
    monkeypatch.setattr("streamlit.get_option", lambda name: address or None)
    app = AppTest.from_file(APP, default_timeout=30).run()
    assert [error.value[:4] for error in app.error] == ["无法进入"]
    assert not app.selectbox and not app.code


def test_real_people_need_a_provider(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Prevents anybody from becoming a real person by choosing them from a list."""
    people = tmp_path / "people.yaml"
    person = "{name_zh: 甲, name_en: A, zone: Asia/Shanghai, access: [qa]}"
    people.write_text(f"people:\n  a: {person}\n", encoding="utf-8")
    monkeypatch.setenv("MEDLAKE_DATA", str(tmp_path))
    monkeypatch.setenv("MEDLAKE_PEOPLE", str(people))
    app = AppTest.from_file(APP, default_timeout=30).run()
    assert "MEDLAKE_SIGN_IN" in app.error[0].value
    assert not app.selectbox


def _page_names(app: AppTest) -> set[str]:
    """Titles of the pages that the navigation offers."""
    return {page["page_name"] for page in app._registered_pages.values()}
