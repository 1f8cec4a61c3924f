"""The traceability page on a real release: any spelling leads to a lot, its numbers are those of SQL."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.checks import violations
from tests.browser.released_lake import ReleasedLake
from tests.browser.script_runs import settled
from tests.browser.serving import serving

CANVAS = "canvas[data-ms]"
# Lots that some lots came from or went into, walked over the table by the engine's own recursion.
REACHED = """
WITH RECURSIVE reached(lot_id) AS (
  SELECT $lot::TEXT
  UNION SELECT edge.{onto} FROM core.genealogy_edge AS edge JOIN reached ON edge.{off} = lot_id
) SELECT COUNT(*) FROM reached
"""
TALKATIVE = """
SELECT lot.lot_id FROM core.lot AS lot
JOIN core.shipment AS shipment USING (lot_id) JOIN core.operation_event AS event USING (lot_id)
JOIN mart.trace_gap AS gap USING (lot_id)
WHERE lot.lot_kind_code = 'produced'
GROUP BY ALL ORDER BY COUNT(DISTINCT customer_code) DESC, lot.lot_id LIMIT 1
"""


@pytest.fixture(scope="module")
def lot(released_lake: ReleasedLake) -> str:
    """A shipped lot with records of its making, and with a gap."""
    return str(released_lake.value(TALKATIVE))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_traced_lot_is_accessible(visit: Any, lot: str, lang: str) -> None:
    """Prevents text too pale to read, and a picture that a screen reader cannot name."""
    page = visit("trace", lang, q=lot)
    page.locator(CANVAS).wait_for()
    assert violations(page) == []


def test_numbers_of_a_lot_are_those_of_sql(visit: Any, released_lake: ReleasedLake, lot: str) -> None:
    """Prevents a page that tells other quantities, lots or customers than the release holds."""
    page = visit("trace", "en", q=lot)
    page.locator(CANVAS).wait_for()
    upstream, downstream = (
        released_lake.value(REACHED.format(off=off, onto=onto), {"lot": lot}) - 1
        for off, onto in (("to_lot_id", "from_lot_id"), ("from_lot_id", "to_lot_id"))
    )
    customers = released_lake.value(
        "SELECT COUNT(DISTINCT COALESCE(customer_id, customer_code)) FROM core.shipment "
        "LEFT JOIN core.customer_crosswalk USING (site_code, customer_code) WHERE lot_id = $lot",
        {"lot": lot},
    )
    told = {
        tile.get_by_test_id("stMetricLabel").inner_text(): tile.get_by_test_id("stMetricValue").inner_text()
        for tile in page.get_by_test_id("stMetric").all()
    }
    assert (told["Lots upstream"], told["Lots downstream"]) == (f"{upstream:,}", f"{downstream:,}")
    if downstream == 0:
        assert told["Customers"] == f"{customers:,}"
    made = released_lake.value(
        "SELECT produced_qty::DOUBLE FROM mart.lot_trace_completeness WHERE lot_id = $lot", {"lot": lot}
    )
    balance = page.locator(".ml-panels section").filter(has_text="Balance")
    expect(balance.get_by_text(f"{made:,.0f} ")).not_to_have_count(0)
    gaps = released_lake.value("SELECT COUNT(*) FROM mart.trace_gap WHERE lot_id = $lot", {"lot": lot})
    assert gaps and page.locator(".ml-gaps li").count() >= 1


@pytest.mark.parametrize("rule", ["prefix", "suffix", "notation", "sterilisation"])
def test_a_lot_is_found_as_the_shop_floor_writes_it(
    visit: Any, released_lake: ReleasedLake, rule: str
) -> None:
    """Prevents a label of MES that leads nowhere, or to another lot."""
    query = (
        "SELECT lot_text, lot_id FROM core.lot_crosswalk WHERE match_rule_code = $rule "
        "QUALIFY COUNT(DISTINCT lot_id) OVER (PARTITION BY UPPER(lot_text)) = 1 ORDER BY lot_text LIMIT 1"
    )
    ((text, lot_id),) = released_lake.rows(query, {"rule": rule})
    page = visit("trace", "en", q=text)
    page.locator(CANVAS).wait_for()
    expect(page.locator(".ml-card").get_by_text(lot_id, exact=True)).to_be_visible()


def test_the_picture_is_worked_by_keyboard_and_mouse(visit: Any, lot: str) -> None:
    """Prevents a picture that only a mouse reaches, or in which nothing can be found, folded or followed."""
    page = visit("trace", "en", q=lot)
    canvas = page.locator(CANVAS)
    canvas.wait_for()
    assert canvas.get_attribute("data-selected") == lot
    field = page.get_by_label("Find a lot, product or customer here")
    for _ in range(8):  # the field, five buttons, then the canvas
        field.focus() if _ == 0 else page.keyboard.press("Tab")
        if canvas.evaluate("it => it.getRootNode().activeElement === it"):
            break
    assert canvas.evaluate("it => it.getRootNode().activeElement === it"), "Tab does not reach the picture"
    page.keyboard.press("ArrowLeft")
    upstream = canvas.get_attribute("data-selected")
    assert upstream not in (lot, None)
    everything = int(canvas.get_attribute("data-nodes") or 0)
    page.get_by_label("Collapse all").click()
    folded = int(canvas.get_attribute("data-nodes") or 0)
    page.get_by_label("Expand all").click()
    assert folded < everything == int(canvas.get_attribute("data-nodes") or 0)
    field.fill(str(upstream).rpartition(":")[2])
    field.press("Enter")
    assert canvas.get_attribute("data-selected") == upstream
    page.get_by_role("button", name="Trace this lot").click()
    expect(page.locator(".ml-card").get_by_text(str(upstream), exact=True)).to_be_visible()
    settled(page)
    expect(page.locator(CANVAS)).to_have_attribute("data-selected", str(upstream))


def test_the_map_counts_every_shipped_piece(visit: Any, released_lake: ReleasedLake, lot: str) -> None:
    """Prevents goods that left from standing on no tile of the map."""
    page = visit("trace", "en", q=lot)
    page.locator(".ml-map").wait_for()
    told = page.locator(".ml-tile span").all_inner_texts()
    quantities = [part.split() for text in told for part in text.splitlines()]
    shown = sum(float(qty.replace(",", "")) for qty, *_ in quantities)
    below = REACHED.format(off="from_lot_id", onto="to_lot_id").replace("COUNT(*)", "lot_id")
    shipped = "SELECT SUM(COALESCE(base_qty, qty))::DOUBLE FROM core.shipment WHERE lot_id IN"
    assert shown == released_lake.value(f"{shipped} ({below})", {"lot": lot})


def test_two_thousand_lots_are_drawn_within_two_seconds(page: Any, tmp_path: Path) -> None:
    """Prevents a genealogy of a whole year from freezing the page: laid out, sent and drawn in 2 s.

    Two seconds of a machine of its own: what other programs take from a processor is measured and allowed.
    """
    script = Path(__file__).with_name("genealogy_page.py")
    with serving(tmp_path, tmp_path / "log", script=script) as address:
        seconds = []
        for _ in range(3):
            busy = crowding()
            page.goto(address)
            button = page.get_by_role("button", name="draw")
            button.wait_for()
            began = time.perf_counter()
            button.click()
            page.locator(f"{CANVAS}[data-edges]").wait_for()
            seconds.append((time.perf_counter() - began) / max(1.0, busy))
        assert page.locator(CANVAS).get_attribute("data-nodes") == "2000"
        assert int(page.locator(CANVAS).get_attribute("data-edges") or 0) > 4_000
        page.goto("about:blank")  # away before the server ends, which the page would complain of
    print(json.dumps({"seconds": [round(one, 2) for one in seconds]}))
    assert min(seconds) <= 2


def crowding() -> float:
    """How many times longer a calculation takes now than the processor works at it."""
    wall, work = time.perf_counter(), time.process_time()
    while time.process_time() - work < 0.2:
        sum(range(1_000))
    return (time.perf_counter() - wall) / (time.process_time() - work)
