"""The overview on a real release: its numbers are those of SQL, down to the source row, in both languages."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from reports.language import load
from tests.browser.checks import tab_to, violations
from tests.browser.reader import choose, read_as
from tests.browser.released_lake import ReleasedLake
from tests.browser.script_runs import settled

# Numerator and denominator of the newest month, both plants together.
NEWEST = """
SELECT sum(numerator), sum(denominator), max(month) FROM mart.kpi_monthly
WHERE kpi_code = $kpi AND month = (SELECT max(month) FROM mart.kpi_monthly
    WHERE month <= (SELECT as_of_date FROM mart.as_of))
"""
TARGET = """
SELECT sum(numerator) / sum(denominator), any_value(target_value) FROM mart.kpi_monthly
JOIN (SELECT max_by(target_value, effective_date) AS target_value FROM mart.kpi_target WHERE kpi_code = $kpi)
    ON TRUE
WHERE kpi_code = $kpi AND month = (SELECT max(month) FROM mart.kpi_monthly
    WHERE month <= (SELECT as_of_date FROM mart.as_of))
"""
SHOWN = ("batch_pass_rate", "oee", "first_pass_yield", "supplier_otd_rate", "genealogy_coverage")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_tiles_say_what_sql_says(visit: Any, released_lake: ReleasedLake, lang: str) -> None:
    """Prevents a number on the page that the release does not hold, text too pale, controls without name."""
    say = load("dashboards", lang)
    page = visit("", lang)
    for code in SHOWN:
        top, base, _ = released_lake.rows(NEWEST, {"kpi": code})[0]
        tile = page.locator(f".st-key-tile-{code}")
        value = say.percent(Decimal(top) / Decimal(base)) if base else "–"
        expect(tile.locator("p.big")).to_have_text(value)
    targetless = """SELECT kpi_code FROM mart.kpi_definition
        WHERE kpi_code NOT IN (SELECT kpi_code FROM mart.kpi_target)"""
    for (code,) in released_lake.rows(targetless):
        expect(page.locator(f".st-key-tile-{code} .ml-state")).to_have_text(say("target.none"))
    value, target = released_lake.rows(TARGET, {"kpi": "oee"})[0]
    met = say("target.met") if value >= target else say("target.missed")
    expect(page.locator(".st-key-tile-oee .ml-state")).to_have_text(met)
    expect(page.locator(".ml-release")).to_contain_text(released_lake.release.name)
    assert violations(page) == []


def test_a_kpi_opens_by_keyboard_down_to_its_source_rows(visit: Any, released_lake: ReleasedLake) -> None:
    """Prevents a number nobody can look behind: definition, parts, records with file and row, freshness."""
    page = visit("", "en")
    tile = page.locator(".st-key-tile-batch_pass_rate").get_by_role("button")
    tab_to(page, tile)
    page.keyboard.press("Enter")
    expect(page.locator(".ml-def")).to_contain_text("released lots / decided lots")
    expect(page.locator(".js-plotly-plot")).to_be_visible()
    page.get_by_role("tab", name="Records").click()
    top, base, month = released_lake.rows(NEWEST, {"kpi": "batch_pass_rate"})[0]
    expect(page.get_by_text(f"{base:.0f} records sum up to {top:.0f} / {base:.0f}")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Export CSV").click()
    taken = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text("utf-8-sig"))))
    assert len(taken) == base and all(row["File"] and int(row["Row"]) > 0 for row in taken)
    by_product = """SELECT product_code, numerator, denominator FROM mart.kpi_part
        JOIN core.product USING (product_id)
        WHERE kpi_code = 'batch_pass_rate' AND month = $month
        ORDER BY denominator DESC, product_code LIMIT 1"""
    code, top, base = released_lake.rows(by_product, {"month": month})[0]
    choose(page, page.get_by_test_id("stMain").get_by_role("combobox").last, code)
    expect(page.get_by_text(f"sum up to {top:.0f} / {base:.0f}")).to_be_visible()
    page.get_by_role("tab", name="Breakdown").click()
    products = """SELECT count(DISTINCT product_id) FROM mart.kpi_part
        WHERE kpi_code = 'batch_pass_rate' AND month = $month AND denominator > 0"""
    expect(page.locator(".ml-table tbody tr")).to_have_count(released_lake.value(products, {"month": month}))
    page.get_by_role("tab", name="Freshness").click()
    expect(page.locator(".ml-table").last).to_contain_text("sap_a__qals")
    assert violations(page) == []


def test_a_kpi_has_an_address_and_a_wrong_one_leads_to_all(visit: Any) -> None:
    """Prevents a link in a mail that leads to nothing, or to an error page."""
    page = visit("", "zh", kpi="capa_on_time_rate")
    expect(page.locator(".ml-tile h2")).to_have_text("CAPA 按期关闭率")
    page.get_by_role("tab", name="构成").click()
    expect(page.get_by_text("该指标只按此粒度保存")).to_be_visible()
    page.get_by_role("button", name="返回全部指标").click()
    expect(page.locator(".st-key-tile-oee")).to_be_visible()
    settled(page)
    page = visit("", "zh", kpi="no_such_kpi")
    expect(page.locator(".st-key-tile-oee")).to_be_visible()


def test_a_reader_sees_the_sections_of_their_role(visit: Any) -> None:
    """Prevents a navigation that names pages which the reader's role does not open."""
    page = visit("", "en")
    navigation = page.get_by_test_id("stSidebarNav")
    expect(navigation.get_by_text("Tracing and recall")).to_be_visible()
    read_as(page, "Zhang Min")
    expect(navigation.get_by_text("Tracing and recall")).to_have_count(0)


def test_who_reads_masked_suppliers_still_gets_numbers_that_add_up(
    visit: Any, released_lake: ReleasedLake
) -> None:
    """Prevents a masked name that leaks, and a false alarm for readers who see less."""
    names = released_lake.rows("SELECT supplier_id, supplier_name FROM core.supplier")
    page = visit("", "en", kpi="supplier_otd_rate")
    read_as(page, "Liu Yang")
    page.get_by_role("tab", name="Records").click()
    expect(page.get_by_test_id("stAlert").filter(has_text="records sum up to")).to_be_visible()
    page.get_by_role("tab", name="Breakdown").click()
    shown = page.locator(".ml-table").last
    expect(shown.locator("tbody tr").first).to_be_visible()
    settled(page)
    assert [name for row in names for name in row if name and name in shown.inner_text()] == []
