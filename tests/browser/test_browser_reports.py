"""Reports on a real release: built from a page, seen in a sealed frame, taken as a bundle that verifies."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from dashboards.views.reports.preview import sealed
from lineage.ledger.act import Action, Entry
from lineage.ledger.ledger import open_ledger
from lineage.ledger.sealing import known_keys
from reports.registry import forms
from reports.verifier.verify import check
from tests.browser.checks import violations
from tests.browser.reader import read_as
from tests.browser.released_lake import ReleasedLake
from tests.browser.script_runs import settled

LOT = "Lot, serial number, order or scanned UDI"


@pytest.mark.parametrize("section", ["build", "history"])
def test_every_section_is_readable(visit: Any, section: str) -> None:
    """Prevents a section that fails, is too pale, or that a screen reader cannot name."""
    page = visit("reports", "en", section=section)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    assert violations(page) == []


def test_the_page_speaks_chinese(visit: Any) -> None:
    """Prevents a page that works in one language only."""
    page = visit("reports", "zh")
    expect(page.get_by_test_id("stException")).to_have_count(0)
    expect(page.locator(".ml-head h1")).to_have_text("报告")
    assert violations(page) == []


def test_every_registered_form_can_be_asked_for(visit: Any) -> None:
    """Prevents a form that the command builds and the page cannot even show the fields of."""
    page = visit("reports", "en")
    for number in range(len(forms())):
        page.get_by_label("Form", exact=True).click()
        page.get_by_role("option").nth(number).click()
        settled(page)
        expect(page.get_by_test_id("stException")).to_have_count(0)
        expect(page.get_by_role("button", name="Build and look")).to_be_visible()


def test_a_dossier_is_built_seen_taken_and_verified(
    visit: Any, released_lake: ReleasedLake, tmp_path: Path
) -> None:
    """Prevents a preview of something else than what is issued, and a bundle that proves nothing."""
    ((lot_id, lot_no, qty),) = released_lake.rows(
        "SELECT lot_id, lot_no, in_qty FROM mart.lot_balance INNER JOIN core.lot USING (lot_id) "
        "WHERE lot_kind_code = 'produced' AND in_qty > 0 ORDER BY lot_id LIMIT 1"
    )
    page = visit("reports", "en")
    build(page, lot_id, "inspection of 12 March")
    frame = page.frame_locator('iframe[title^="Preview of"]').frame_locator("iframe")
    expect(frame.get_by_role("heading", name=lot_no)).to_be_visible()
    expect(frame.get_by_text(f"{qty:,.0f}").first).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Issue and take").click()
    bundle = tmp_path / download.value.suggested_filename
    download.value.save_as(bundle)
    assert list(check(bundle, str(known_keys(released_lake.settings).log), None))
    told = [(one.act.action, one.act.who) for one in acts(released_lake, lot_id)]
    assert told == [(act, "demo") for act in (Action.REPORT_BUILT, Action.REPORT_ISSUED, Action.EXPORT)]
    page = visit("reports", "en", section="history")
    for word in ("built", "issued", "taken"):
        expect(page.get_by_role("cell", name=word, exact=True).first).to_be_visible()


def build(page: Any, lot: str, reason: str) -> None:
    """Fills the dossier's form in and sends it."""
    page.get_by_label(LOT).fill(lot)
    page.get_by_label("For whom and why").fill(reason)
    page.get_by_role("button", name="Build and look").click()
    settled(page)


def acts(lake: ReleasedLake, lot_id: str) -> list[Entry]:
    """What the ledger says of a lot's dossier, oldest first."""
    with open_ledger(lake.settings, writable=False) as ledger:
        return [entry for entry in ledger.entries() if entry.act.what == f"lot_dossier {lot_id}"]


def test_an_unknown_lot_is_refused_in_words_and_on_record(visit: Any, released_lake: ReleasedLake) -> None:
    """Prevents an empty dossier, an engine's error, and a refusal that nobody can find later."""
    page = visit("reports", "en")
    build(page, "NO-SUCH-LOT", "a typing error")
    expect(page.get_by_test_id("stAlert").filter(has_text="NO-SUCH-LOT")).to_be_visible()
    with open_ledger(released_lake.settings, writable=False) as ledger:
        refused = ledger.latest(Action.REPORT_REFUSED)
    assert refused is not None and "NO-SUCH-LOT" in refused.act.what and refused.act.why == "a typing error"
    build(page, "NO-SUCH-LOT", " ")
    expect(page.get_by_text("Say for whom and why")).to_be_visible()


def test_who_may_not_issue_sees_no_form(visit: Any) -> None:
    """Prevents a report on offer that would be refused."""
    page = visit("reports", "en")
    read_as(page, "Zhao Lei")
    expect(page.get_by_text("not issue reports; quality assurance does")).to_be_visible()
    expect(page.get_by_role("button", name="Build and look")).to_have_count(0)


def test_a_shown_page_can_do_nothing(browser: Any) -> None:
    """Prevents a name in the data from running as a script beside the reader's session."""
    evil = "<h1>report</h1><script>parent.postMessage('hacked','*');console.log('hacked')</script>"
    page = browser.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.set_content(
        f'<script>onmessage = e => document.title = e.data</script><iframe src="{sealed(evil)}">'
    )
    inner = page.frame_locator("iframe").frame_locator("iframe")
    expect(inner.get_by_role("heading", name="report")).to_be_visible()
    page.wait_for_timeout(300)
    assert page.title() == "" and "hacked" not in said
    page.close()
