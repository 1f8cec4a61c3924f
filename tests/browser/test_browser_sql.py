"""The SQL page: real questions, the same numbers as SQL on the release, masks by role, refusals explained."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from dashboards.views.sql import select_of
from lineage.ledger.act import Action, digest_of
from lineage.ledger.ledger import open_ledger
from tests.browser.checks import violations
from tests.browser.conftest import Visit
from tests.browser.reader import choose, read_as
from tests.browser.released_lake import ReleasedLake
from tests.browser.script_runs import settled

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
COLUMNS = "SELECT column_name FROM duckdb_columns() WHERE table_name = '{}' ORDER BY column_index"
QUESTION = "SELECT supplier_name, country_code FROM core.supplier ORDER BY supplier_id"


def _ask(page: Any, question: str) -> None:
    field = page.get_by_role("textbox", name="SQL", exact=True)
    field.fill(question)
    field.press("Control+Enter")
    settled(page)
    page.get_by_role("button", name="Run").click()
    settled(page)


def test_an_answer_is_what_the_release_says(visit: Visit, released_lake: ReleasedLake) -> None:
    """Prevents an answer that differs from the release, or that leaves no trace."""
    page = visit("sql", lang="en")
    _ask(page, QUESTION)
    page.get_by_role("heading", name="Answer").wait_for()
    expected = released_lake.rows(QUESTION)
    first = page.locator(".ml-table tbody tr").first.locator("td")
    assert first.all_inner_texts() == [str(cell) for cell in expected[0]]
    with page.expect_download() as download:
        page.get_by_role("button", name="Export CSV").click()
    lines = list(csv.reader(io.StringIO(Path(download.value.path()).read_text("utf-8-sig"), newline="")))
    assert lines[1:] == [[cell or "" for cell in row] for row in expected]
    with page.expect_download() as download:
        page.get_by_role("button", name="Take XLSX").click()
    book = Path(download.value.path()).read_bytes()
    cells = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert [tuple(row) for row in cells[1:]] == [tuple(cell or "" for cell in row) for row in expected]
    with open_ledger(released_lake.settings, writable=False) as ledger:
        assert digest_of(book) in [entry.act.after for entry in ledger.of_action(Action.EXPORT)]
        assert [entry.act.who for entry in ledger.of_action(Action.QUERY)][-1] == "demo"
    assert violations(page) == []


def test_a_refusal_says_why_and_examples_run(visit: Visit) -> None:
    """Prevents a mistake from ending in an error page, and a saved example from being out of date."""
    page = visit("sql", lang="en")
    _ask(page, "DROP TABLE core.lot")
    page.get_by_text("one SELECT at a time; releases").wait_for()
    _ask(page, "SELECT nothing_of_that_name FROM core.lot")
    page.get_by_text("at line 1, column 8").wait_for()
    page.get_by_text("nothing_of_that_name").last.wait_for()
    for name in ("Supplier performance", "Findings by rule", "Lots by complaints"):
        choose(page, page.get_by_role("combobox", name="Example"), name)
        page.get_by_role("button", name="Run").click()
        settled(page)
        page.get_by_role("heading", name="Answer").wait_for()


def test_a_picked_table_becomes_a_question(visit: Visit, released_lake: ReleasedLake) -> None:
    """Prevents a list of tables from which nobody gets to an answer."""
    page = visit("sql", lang="zh")
    choose(page, page.get_by_role("combobox", name="从表开始"), "mart.kpi_definition")
    names = [name for (name,) in released_lake.rows(COLUMNS.format("kpi_definition"))]
    text = page.get_by_role("textbox", name="SQL 语句").input_value()
    assert text == select_of("mart.kpi_definition", names)
    page.get_by_role("button", name="运行").click()
    settled(page)
    page.get_by_role("heading", name="结果").wait_for()
    assert page.locator(".ml-table thead th").all_inner_texts() == names
    listed = page.locator(".ml-sql-columns dt").all_inner_texts()
    assert [text.split()[0] for text in listed] == [f"mart.kpi_definition.{name}" for name in names]
    assert violations(page) == []


def test_every_ready_question_runs(released_lake: ReleasedLake) -> None:
    """Prevents a column whose name SQL takes for a word of its own."""
    columns: dict[str, list[str]] = {}
    for table, column in released_lake.rows(
        "SELECT schema_name || '.' || table_name, column_name FROM duckdb_columns() WHERE NOT internal"
    ):
        columns.setdefault(str(table), []).append(str(column))
    for table, names in columns.items():
        released_lake.rows(f"EXPLAIN {select_of(table, names)}")
    assert len(columns) > 100


def test_an_analyst_sees_codes_for_names(visit: Visit, released_lake: ReleasedLake) -> None:
    """Prevents the page from asking another file than its reader's."""
    page = visit("sql", lang="en")
    read_as(page, "Zhang Min")
    page.get_by_role("link", name="SQL").click()
    settled(page)
    _ask(page, QUESTION)
    page.get_by_role("heading", name="Answer").wait_for()
    names = page.locator(".ml-table tbody tr td:first-child").all_inner_texts()
    assert names and all(name.startswith("≈") for name in names)
    page.get_by_label("Find tables and columns").first.fill("supplier ppm")
    page.keyboard.press("Enter")
    settled(page)
    sync_api.expect(page.locator(".ml-sql-columns")).to_contain_text("mart.supplier_performance.ppm")
    sync_api.expect(page.get_by_test_id("stSidebar")).to_contain_text("columns masked")
