"""The recall desk on a real release: its numbers are those of SQL and the simulator, its acts on record."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from playwright.sync_api import expect

from lakehouse.raw_zone import RawZone
from reports.verifier.verify import check, read_bundle
from tests.browser.checks import violations
from tests.browser.conftest import Visit
from tests.browser.reader import read_as
from tests.browser.released_lake import ReleasedLake
from tests.browser.script_runs import settled
from traceability.recall.case import find_case

BELOW = """
WITH RECURSIVE reached(lot_id) AS (
  SELECT lot_id FROM core.lot WHERE supplier_lot_no = $text
  UNION SELECT edge.to_lot_id FROM core.genealogy_edge AS edge JOIN reached ON edge.from_lot_id = lot_id
)
"""
# The supplier's lot that reaches most: one number, one product.
WIDEST = """
SELECT lot.supplier_lot_no FROM core.lot AS lot
JOIN core.genealogy_edge AS edge ON edge.from_lot_id = lot.lot_id
WHERE lot.supplier_lot_no IS NOT NULL
QUALIFY COUNT(DISTINCT lot.product_id) OVER (PARTITION BY lot.supplier_lot_no) = 1
ORDER BY COUNT(*) OVER (PARTITION BY lot.supplier_lot_no) DESC, lot.supplier_lot_no LIMIT 1
"""
# Ends of the genealogy without a gap, none of whose postings has a finding.
UNTOUCHED = """
SELECT lot_id FROM core.lot ANTI JOIN mart.trace_gap USING (lot_id)
WHERE lot_kind_code = 'produced' AND lot_id NOT IN (SELECT from_lot_id FROM core.genealogy_edge)
  AND lot_id NOT IN (
    SELECT lot_id FROM core.movement JOIN mart.finding ON file_sha256 = _file_sha256 AND row_no = _row
    WHERE lot_id IS NOT NULL
  )
"""


@pytest.fixture(scope="module")
def supplier_lot(released_lake: ReleasedLake) -> str:
    """A supplier's lot that went into many of ours."""
    return str(released_lake.value(WIDEST))


def asked(visit: Visit, lang: str, kind: str, text: str) -> Any:
    """The desk after somebody typed what is suspected."""
    page = visit("recall", lang)
    name_it(page, kind, text)
    return page


def name_it(page: Any, kind: str, text: str) -> None:
    """Type what is suspected, as somebody does."""
    page.get_by_role("radio", name=kind, exact=True).click()
    field = page.get_by_role("textbox", name=re.compile(f"^{kind}[，,] ?(one a line|一行一个)$"))
    field.fill(text)
    field.press("Control+Enter")
    page.locator(".ml-figures").wait_for()
    settled(page)


def figures(page: Any) -> dict[str, str]:
    """The numbers of what is known, by name."""
    boxes = page.locator(".ml-figures > div").all()
    return {box.locator("span").inner_text(): box.locator("b").inner_text() for box in boxes}


@pytest.mark.parametrize(("lang", "kind"), [("zh", "供应商批次"), ("en", "Supplier lots")])
def test_a_scope_is_accessible(visit: Visit, supplier_lot: str, lang: str, kind: str) -> None:
    """Prevents a desk that somebody with weak eyes, or a screen reader, cannot work at."""
    assert violations(asked(visit, lang, kind, supplier_lot)) == []


def test_a_scope_is_that_of_sql(visit: Visit, released_lake: ReleasedLake, supplier_lot: str) -> None:
    """Prevents a recall that reaches fewer lots, consignees or devices than the release knows."""
    told = figures(asked(visit, "en", "Supplier lots", supplier_lot))
    lots = released_lake.value(f"{BELOW} SELECT COUNT(*) FROM reached", {"text": supplier_lot})
    devices = released_lake.value(
        f"{BELOW} SELECT COUNT(*) FROM core.serial WHERE lot_id IN (SELECT lot_id FROM reached)",
        {"text": supplier_lot},
    )
    consignees = released_lake.value(
        f"""{BELOW}, sent AS (
          SELECT source_system, customer_code FROM core.shipment JOIN reached USING (lot_id)
          UNION SELECT source_system, customer_code FROM core.movement JOIN reached USING (lot_id)
          WHERE movement_class_code IN ('shipment', 'customer_return')
        ) SELECT COUNT(DISTINCT COALESCE(customer_id, source_system || ':' || customer_code, 'unknown'))
        FROM sent LEFT JOIN core.customer_crosswalk USING (source_system, customer_code)""",
        {"text": supplier_lot},
    )
    wanted = {"Lots": f"{lots:,}", "Consignees": f"{consignees:,}", "Serialised devices": f"{devices:,}"}
    assert {name: told[name] for name in wanted} == wanted
    assert lots > 3 and consignees > 1


def test_one_recall_is_that_of_the_simulator(visit: Visit, released_lake: ReleasedLake) -> None:
    """Prevents a desk that agrees with our tables, which are wrong: the maker's own account decides."""
    truth = pl.read_parquet(released_lake.settings.data_dir / "truth" / "lot_consignee.parquet")
    sent = truth.with_columns(lot_id=pl.concat_str("site_code", "product_code", "lot_no", separator=":"))
    # A lot that no defect was seeded in, sent to several customers.
    clean = {row[0] for row in released_lake.rows(UNTOUCHED)}
    counts = sent.filter(pl.col("lot_id").is_in(clean)).group_by("lot_id").len().sort("len", "lot_id")
    lot_id = counts["lot_id"][-1]
    own = sent.filter(pl.col("lot_id") == lot_id)
    held: Decimal = own["delivered_qty"].sum() - own["returned_qty"].sum()
    told = figures(asked(visit, "en", "Lots", lot_id))
    assert told["Consignees"] == str(own["customer_code"].n_unique())
    assert told["Held by consignees"].split()[0].replace(",", "") == f"{held.normalize():f}"
    assert told["Serialised devices"].replace(",", "") == str(
        released_lake.value("SELECT COUNT(*) FROM core.serial WHERE lot_id = $lot", {"lot": lot_id})
    )


def test_what_nobody_knows_is_told_with_what_may_be_meant(visit: Visit, released_lake: ReleasedLake) -> None:
    """Prevents a slip of the pen from looking like a lot that nobody got."""
    lot_no = released_lake.value("SELECT MIN(lot_no) FROM core.lot WHERE lot_no LIKE 'F25%'")
    page = visit("recall", "en")
    page.locator("textarea").fill(f"{lot_no}9")
    page.locator("textarea").press("Control+Enter")
    page.get_by_text("this release knows no lot").wait_for()
    page.get_by_role("button", name=f":{lot_no}").first.click()
    page.locator(".ml-figures").wait_for()


def test_a_drill_from_scope_to_closing(
    visit: Visit, released_lake: ReleasedLake, supplier_lot: str, tmp_path: Path
) -> None:
    """Prevents a desk that shows a recall and cannot run one, unmarked drills, and acts without a name."""
    page = asked(visit, "en", "Supplier lots", supplier_lot)
    page.get_by_text("Drill", exact=True).click()
    page.get_by_text("Decision: class, time, reason").click()
    page.get_by_role("textbox", name="Recall number").fill("DRILL-7")
    page.get_by_label("Reason; stands in every notice").fill("seal strength")
    page.get_by_label("Reason; stands in every notice").press("Enter")
    expect(page.locator(".ml-drill")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Take the package").click()
    bundle = tmp_path / "package.zip"
    download.value.save_as(bundle)
    assert any("recall_package DRILL-7" in line for line in check(bundle, None, None))
    named = [name for name in read_bundle(bundle) if name.startswith("content/")]
    assert named and all("DRILL-演练_" in name for name in named if name != "content/report.json")
    page.get_by_role("button", name="Open the drill").click()
    page.get_by_text("is open; see").wait_for()
    case = find_case(RawZone(released_lake.settings.raw_dir), "DRILL-7")
    assert (case.is_drill, case.events[0].person) == (True, "demo")
    page.get_by_role("radio", name="Running recalls").click()
    page.get_by_role("button", name="Record", exact=True).click()
    page.get_by_text("DRILL-7: notified, recorded.").wait_for()
    everyone = len({target.consignee_id for target in case.opening.targets})
    expect(page.get_by_test_id("stMetricValue").first).to_have_text(f"1 of {everyone}")
    settled(page)
    assert violations(page) == []
    page.get_by_label("Why it may be closed").fill("drill is over")
    page.get_by_role("button", name="Close", exact=True).click()
    page.get_by_text("close with them only by").wait_for()
    page.get_by_text("open points", exact=False).last.click()
    page.get_by_role("button", name="Close", exact=True).click()
    page.get_by_text("DRILL-7: closed, recorded.").wait_for()
    assert find_case(RawZone(released_lake.settings.raw_dir), "DRILL-7").closed_at is not None


def test_who_may_only_look_has_no_button_to_open(visit: Visit, supplier_lot: str) -> None:
    """Prevents a plant manager from starting a recall by a slip of the mouse."""
    page = visit("recall", "en")
    read_as(page, "Chen Jing")
    name_it(page, "Supplier lots", supplier_lot)
    page.get_by_text("Decision: class, time, reason").click()
    page.get_by_label("Reason; stands in every notice").fill("seal strength")
    page.get_by_label("Reason; stands in every notice").press("Enter")
    settled(page)
    expect(page.get_by_role("button", name="Open the recall")).to_have_count(0)
    expect(page.get_by_role("button", name="Take the package")).to_have_count(0)
