"""The bed of the page tests: one released lake, one server, one Chromium; a fresh page per test.

released_lake -> dashboards (address) -> visit("overview", lang="en") -> page; afterwards the page must have
stayed silent (no error in its console) and at home (no request to another host).
With `--lake FOLDER` a copy of that lake is served, which saves the two minutes of building one.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.browser.released_lake import ReleasedLake, copy_of, release
from tests.browser.script_runs import WAIT, settled, watch
from tests.browser.serving import serving

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

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
Visit = Callable[..., Any]


@pytest.fixture(autouse=True)
def own_main() -> Iterator[None]:
    """Streamlit's AppTest puts the page in the place of `__main__`, which processes started later run."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


@pytest.fixture(scope="package")
def released_lake(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> ReleasedLake:
    """A year of two plants with seeded defects, released; tests may act on it, and ask it with SQL."""
    home = tmp_path_factory.mktemp("released") / "lake"
    given = request.config.getoption("--lake")
    if given:
        return copy_of(Path(given), home)
    return release(copy_of(request.getfixturevalue("defect_lake").settings.data_dir, home))


@pytest.fixture(scope="package")
def dashboards(released_lake: ReleasedLake, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the dashboards that serve the released lake."""
    with serving(released_lake.settings.data_dir, tmp_path_factory.mktemp("server") / "log") as address:
        yield address


@pytest.fixture(scope="package")
def browser() -> Iterator[Any]:
    """One Chromium for all pages; its context keeps what was fetched, not who reads."""
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine")
    sync_api.expect.set_options(timeout=WAIT)
    with sync_api.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        context = started.new_context(viewport={"width": 1360, "height": 1000})
        context.on("page", watch)
        yield context
        started.close()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A fresh page; what it complains of, and whom it asks, is judged when the test is over."""
    opened = browser.new_page()
    opened.set_default_timeout(WAIT)
    complaints: list[str] = []
    opened.on("console", lambda said: complaints.extend(_complaint(said)))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("request", lambda request: complaints.extend(_foreign(request.url)))
    yield opened
    opened.close()
    assert complaints == [], "the page complained in its console, or asked another host"


@pytest.fixture
def visit(page: Any, request: pytest.FixtureRequest) -> Visit:
    """Opens a page by name ("" is the overview), in a language, and waits until it is drawn."""
    address = request.getfixturevalue("dashboards")

    def go(name: str, lang: str = "zh", **query: str) -> Any:
        page.goto(f"{address}/{name}?{urlencode({'lang': lang, **query})}")
        settled(page)
        return page

    return go


def _complaint(said: Any) -> list[str]:
    """A page of Streamlit first looks for its server below its own path: that 404 is no error of ours."""
    url = said.location.get("url", "")
    is_probe = url.endswith(("/_stcore/health", "/_stcore/host-config"))
    return [] if said.type != "error" or is_probe else [f"{said.text} {url}"]


def _foreign(url: str) -> list[str]:
    at_home = url.startswith(("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:", "file:///"))
    return [] if at_home else [f"asked {url}"]
