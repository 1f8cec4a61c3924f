"""The catalogue on a real release: every table and column, found by name and meaning, lineage, consumers."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from lineage.catalogue import ATTACHMENT, read_catalogue
from reports.language import load
from tests.browser.checks import tab_to, violations
from tests.browser.reader import choose
from tests.browser.released_lake import ReleasedLake
from tests.browser.script_runs import settled


def test_the_catalogue_knows_every_column_of_the_release(released_lake: ReleasedLake) -> None:
    """Prevents a column that the release holds and nobody explains, and one that is only explained."""
    catalogue = read_catalogue(released_lake.release.attachment_path(ATTACHMENT))
    explained = [
        (column.table, column.name)
        for column in catalogue.columns
        if catalogue.by_name[column.table].layer in ("core", "mart")
    ]
    held = released_lake.rows(
        "SELECT schema_name || '.' || table_name, column_name FROM duckdb_columns() "
        "WHERE database_name = current_database() AND schema_name IN ('core', 'mart')"
    )
    assert sorted(explained) == sorted(held)
    assert all(
        table.owner and (table.title_zh or table.layer == "stg")
        for table in catalogue.tables
        if table.contract
    )
    roots = {entry.source_table for entry in catalogue.lineage if entry.table == "core.lot"}
    assert roots and all(root in catalogue.by_name for root in roots)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_column_is_found_by_its_meaning_and_followed_to_its_source(
    visit: Any, released_lake: ReleasedLake, lang: str
) -> None:
    """Prevents a lineage that ends before the source, a count that is not SQL's, a page for mice only."""
    say = load("dashboards", lang)
    page = visit("catalogue", lang)
    field = page.get_by_label(say("catalogue.search"))
    tab_to(page, field)
    page.keyboard.type("mart.oee")
    page.keyboard.press("Enter")
    expect(page.locator(".ml-card h2")).to_have_text("mart.oee")
    count = released_lake.value("SELECT count(*) FROM mart.oee")
    expect(page.locator(".ml-facts")).to_contain_text(say.number(count))
    expect(page.locator(".ml-table")).to_contain_text("APT / PBT")
    page.get_by_role("tab", name=say("catalogue.lineage")).click()
    choose(page, page.get_by_test_id("stMain").get_by_role("combobox"), "availability")
    expect(page.get_by_test_id("stGraphVizChart").locator("svg")).to_contain_text("raw.mes_a__machine_state")
    expect(page.locator(".ml-table")).to_contain_text("raw.mes_a__machine_state.started_at")
    settled(page)
    assert violations(page) == []
    page.get_by_role("tab", name=say("catalogue.consumers")).click()
    expect(page.locator(".ml-table").last).to_contain_text("mart.kpi_part")
    assert violations(page) == []


def test_words_that_nothing_holds_get_help(visit: Any) -> None:
    """Prevents an empty page that leaves the reader wondering."""
    page = visit("catalogue", "en")
    page.get_by_label("Search tables, columns and meanings").fill("zzzz <b>")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("stAlert")).to_contain_text("zzzz <b>")
