"""What a reader does at a page, and sees there; every act ends when the page is settled."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import TimeoutError as TookTooLong

from tests.browser.script_runs import WAIT, settled


def read_as(page: Any, name: str) -> None:
    """Takes the demo identity of that name, as it stands in the sidebar in the language of the page."""
    choose(page, page.get_by_test_id("stSidebar").get_by_test_id("stSelectbox").get_by_role("combobox"), name)


def section(page: Any, name: str) -> None:
    """Goes to a section of the page."""
    page.get_by_role("radio", name=name, exact=True).click()
    settled(page)


def choose(page: Any, field: Any, option: str) -> None:
    """Takes the first option that holds some words; typing them brings it into view of a long list.

    The list offers nothing to who types what is chosen already, and closes when anything on the page moves:
    then it is opened once more.
    """
    settled(page)
    if option in field.input_value():
        return
    wanted = page.get_by_role("option").filter(has_text=option).first
    for patience in (3_000, 3_000, 3_000, WAIT):
        field.click()
        field.fill(option)
        try:
            wanted.click(timeout=patience)
            break
        except TookTooLong:
            if patience == WAIT:
                raise
            page.keyboard.press("Escape")
    settled(page)


def metric(page: Any, label: str) -> str:
    """The value of a metric, as it is written."""
    tile = page.get_by_test_id("stMetric").filter(has=page.get_by_text(label, exact=True))
    return str(tile.get_by_test_id("stMetricValue").inner_text())


def table_rows(page: Any, at: int = 0) -> list[list[str]]:
    """The cells of a table, row by row."""
    rows = page.locator(".ml-table").nth(at).locator("tbody tr")
    return [line.locator("td").all_inner_texts() for line in rows.all()]
