"""The inspector's folder in Chromium, from the disk: found by UDI, lot, person and day, and the absent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lakehouse.releases import open_release
from reports.inspector.folder import Folder, write_folder
from reports.order import Issuer, Order
from tests.browser.checks import violations
from tests.browser.released_lake import ReleasedLake

QA = Issuer("li.na", "the inspection", may_issue=True)
SLOWEST = 1000  # ms that a search may take
LOT = """
    SELECT lot.lot_no, di.di, decision.decided_by,
        CAST(decision.decided_at AT TIME ZONE 'Asia/Shanghai' AS DATE)
    FROM core.lot AS lot
    JOIN core.udi_di AS di ON di.product_id = lot.product_id AND di.level_code = 'primary'
    JOIN core.release_decision AS decision USING (lot_id)
    WHERE lot.site_code = 'A' AND lot.lot_kind_code = 'produced'
    ORDER BY lot.lot_id LIMIT 1
"""


@pytest.fixture(scope="module")
def folder(released_lake: ReleasedLake, tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Plant A's year of the released lake."""
    order = Order("inspector_folder", {"site": "A", "year": "2025"})
    target = tmp_path_factory.mktemp("inspector") / "folder"
    return write_folder(released_lake.settings, order, QA, target, lambda _: None)


def _ask(page: Any, text: str) -> Any:
    page.fill("#q", text)
    page.keyboard.press("Enter")
    page.wait_for_function("(text) => document.getElementById('q').value === text", arg=text)
    page.wait_for_timeout(150)
    return page.locator("#found")


def test_a_lot_is_found_by_udi_number_person_and_day(
    released_lake: ReleasedLake, folder: Folder, page: Any
) -> None:
    """Prevents an inspector from being told that a lot is not there because of how they ask for it."""
    with open_release(released_lake.settings, None) as con:
        found = con.execute(LOT).fetchone()
        assert found is not None
        lot_no, di, person, day = found
    page.goto((folder.path / "report" / "content" / "index.html").as_uri())
    raw = f"01{di}10{lot_no}"
    for text in (f"(01){di}(10){lot_no}", raw, f"]d2{raw}", f"https://id.gs1.org/01/{di}/10/{lot_no}"):
        result = _ask(page, text)
        assert result.get_by_role("link", name=lot_no).first.is_visible(), text
        assert "1" in result.locator("h2").first.inner_text()
    for text in (lot_no.lower(), person, str(day), str(day)[:7]):
        result = _ask(page, text)
        assert lot_no in result.inner_text() or text in (person, str(day)[:7]), text
        assert result.locator("tbody tr").count() > 0
        assert float(result.get_attribute("data-milliseconds")) < SLOWEST
    _ask(page, lot_no).get_by_role("link", name=lot_no).first.click()
    assert lot_no in page.locator("h1").inner_text()


def test_counts_are_those_of_the_release(released_lake: ReleasedLake, folder: Folder, page: Any) -> None:
    """Prevents a person whose records are shown in part only."""
    with open_release(released_lake.settings, None) as con:
        found = con.execute(
            "SELECT decided_by, count(*) FROM core.release_decision WHERE site_code = 'A' AND "
            "year(decided_at AT TIME ZONE 'Asia/Shanghai') = 2025 GROUP BY 1 ORDER BY 2 DESC LIMIT 1"
        ).fetchone()
        assert found is not None
        person, count = found
    page.goto((folder.path / "report" / "content" / "index_en.html").as_uri())
    for box in page.locator("#kinds input").all():
        if box.get_attribute("value") != "release":
            box.uncheck()
    result = _ask(page, person)
    assert f"Records · {count}" in result.inner_text()


def test_an_absent_lot_is_said_with_its_neighbours(folder: Folder, page: Any) -> None:
    """Prevents an empty page where an inspector needs to know that there is nothing."""
    page.goto((folder.path / "report" / "content" / "index_en.html").as_uri())
    told = _ask(page, "ZZ-NO-SUCH-LOT").inner_text()
    assert "No lot ZZ-NO-SUCH-LOT is in the whole release" in told and "absent.py" in told


@pytest.mark.parametrize(
    "name",
    [
        "index.html",
        "trail/index.html",
        "report/content/index.html",
        "report/content/index_en.html",
        "report/content/clauses.html",
        "report/content/clauses_en.html",
    ],
)
def test_pages_open_from_the_disk_and_pass_axe(folder: Folder, page: Any, name: str) -> None:
    """Prevents a page that needs a server or another host, or that a reader cannot see or reach."""
    page.goto(Path(folder.path / name).as_uri())
    assert page.locator("h1").inner_text()
    assert violations(page) == []
