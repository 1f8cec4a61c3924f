"""The dashboards in a real browser, on the scratch release, over loopback."""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from urllib.error import URLError

import pytest

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SCAN = "(01)09521234543213(17)290104(10)B26010501"
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")


def _scratch() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "scratch_release", Path(__file__).with_name("scratch_release.py")
    )
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The dashboards' address, serving the scratch release on a free loopback port."""
    data = tmp_path_factory.mktemp("lake") / "data"
    _scratch().publish_scratch(data)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "dashboards/app.py", "--server.port", str(port)]
    environment = {**os.environ, "MEDLAKE_DATA": str(data)}
    server = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait_until_up(f"http://127.0.0.1:{port}", server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=10)


def _wait_until_up(url: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(100):
        assert server.poll() is None, "streamlit ended at once"
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=1):
                return
        except (URLError, OSError):
            time.sleep(0.2)
    raise TimeoutError(url)


@pytest.fixture(scope="module")
def page(address: str) -> Iterator[sync_api.Page]:
    """One browser page for the module; `foreign` requests are collected on it."""
    with sync_api.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        opened = browser.new_page(viewport={"width": 1360, "height": 1000})
        opened.set_default_timeout(20_000)
        sync_api.expect.set_options(timeout=20_000)
        yield opened
        browser.close()


def test_overview_in_both_languages_from_this_machine_only(page: sync_api.Page, address: str) -> None:
    """Prevents numbers without their release, a dead language switch, and calls to foreign hosts."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    page.get_by_text("批次合格率").first.wait_for()
    page.locator(".js-plotly-plot").wait_for()
    sync_api.expect(page.locator(".ml-release")).to_contain_text("发布 000001")
    page.get_by_text("English").click()
    # The last thing on the page comes last: whatever is asked after it has been drawn again, too.
    page.get_by_text("Can these numbers be trusted?").wait_for()
    sync_api.expect(page.locator(".ml-release")).to_contain_text("Release 000001")
    sync_api.expect(page.get_by_text("Batch pass rate").first).to_be_visible()
    sync_api.expect(page.locator('[data-testid="stMetricValue"]')).to_have_count(8)
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []


def test_trace_of_a_scan_shows_origin_and_destination(page: sync_api.Page, address: str) -> None:
    """Prevents a scanned label from leading nowhere, or the trace from losing its ends."""
    page.goto(f"{address}/trace?lang=en")
    field = page.locator('[data-testid="stTextInput"] input')
    field.fill(SCAN)
    field.press("Enter")
    page.locator(".ml-card").wait_for()
    sync_api.expect(page.locator(".ml-card h2")).to_have_text("B26010501")
    page.locator(".st-key-genealogy img").wait_for()
    page.get_by_text("江城市第一人民医院").first.wait_for()
    page.get_by_role("tab", name="Origin, goods receipts").click()
    page.get_by_text("华南高分子材料有限公司").first.wait_for()
    sync_api.expect(page.get_by_text("<b>蓝天</b>包装 & Co").first).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download lot dossier").click()
    assert download.value.suggested_filename.endswith("_release-000001.zip")


def test_unknown_lot_gets_help(page: sync_api.Page, address: str) -> None:
    """Prevents a blank page or a stack trace when a number is mistyped."""
    page.goto(f"{address}/trace?lang=zh&q=B26010510")
    page.get_by_text("没有找到").wait_for()
    page.get_by_role("button", name="B26010501").click()
    sync_api.expect(page.locator(".ml-card h2")).to_have_text("B26010501")
