"""The dashboards in a real browser, on the scratch release, over loopback."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.scratch_release import publish_scratch
from tests.browser.serving import serving

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

SCAN = "(01)09521234543213(17)290104(10)B26010501"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The dashboards' address, serving the scratch release."""
    home = tmp_path_factory.mktemp("scratch")
    publish_scratch(home / "data")
    with serving(home / "data", home / "log") as url:
        yield url


def test_trace_of_a_scan_shows_origin_and_destination(page: Any, address: str) -> None:
    """Prevents a scanned label from leading nowhere, or the trace from losing its ends."""
    page.goto(f"{address}/trace?lang=en")
    field = page.locator('[data-testid="stTextInput"] input')
    field.fill(SCAN)
    field.press("Enter")
    page.locator(".ml-card").wait_for()
    sync_api.expect(page.locator(".ml-card h2")).to_have_text("B26010501")
    page.locator("canvas[data-ms]").wait_for()
    page.get_by_text("江城市第一人民医院").first.wait_for()
    page.get_by_role("tab", name="Origin, goods receipts").click()
    page.get_by_text("华南高分子材料有限公司").first.wait_for()
    sync_api.expect(page.get_by_text("<b>蓝天</b>包装 & Co").first).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download lot dossier").click()
    assert download.value.suggested_filename.endswith("_release-000001.zip")


def test_unknown_lot_gets_help(page: Any, address: str) -> None:
    """Prevents a blank page or a stack trace when a number is mistyped."""
    page.goto(f"{address}/trace?lang=zh&q=B26010510")
    page.get_by_text("没有找到").wait_for()
    page.get_by_role("button", name="B26010501").click()
    sync_api.expect(page.locator(".ml-card h2")).to_have_text("B26010501")
