"""Master data on a real release: values are those of SQL, decisions are recorded under the reader's name."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from lakehouse.raw_zone import RawZone
from master_data.identity.decision import read_decisions
from tests.browser.checks import tab_to, violations
from tests.browser.reader import choose, read_as
from tests.browser.released_lake import ReleasedLake
from tests.browser.script_runs import settled

SECTIONS = ("parties", "review", "decisions", "products", "equipment", "lots", "consistency")


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_is_readable(visit: Any, section: str) -> None:
    """Prevents a section that fails, is too pale, or that a screen reader cannot name."""
    page = visit("master_data", "en", section=section)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    assert violations(page) == []


def test_the_page_speaks_chinese(visit: Any) -> None:
    """Prevents a page that works in one language only."""
    page = visit("master_data", "zh")
    expect(page.get_by_test_id("stException")).to_have_count(0)
    expect(page.locator(".ml-head h1")).to_have_text("主数据")
    assert violations(page) == []


def test_the_golden_record_stands_beside_its_sources(visit: Any, released_lake: ReleasedLake) -> None:
    """Prevents a golden value other than the released one, or one without its origin and what it beat."""
    ((golden_id, name, other, file, row),) = released_lake.rows(
        """
        SELECT won.golden_id, won.value, lost.value, min(file.file_name), won._row
        FROM core.party_value AS won
        INNER JOIN core.party_value AS lost USING (role_code, golden_id, attribute)
        INNER JOIN mart.file AS file
          ON file.file_sha256 = won._file_sha256 AND file.source_table = won._source_table
        WHERE role_code = 'supplier' AND attribute = 'name' AND won.is_golden AND lost.value <> won.value
        GROUP BY ALL ORDER BY won.golden_id LIMIT 1
        """
    )
    page = visit("master_data", "zh", party=golden_id)
    shown = page.locator(".md-golden")
    expect(shown.locator("thead")).to_contain_text(golden_id)
    expect(shown.locator("thead")).to_contain_text(f"{file} : {row}")
    expect(shown.locator("tbody tr").first.locator("b")).to_have_text(name)
    expect(shown.locator(".md-won", has_text=name)).to_have_count(1)
    expect(shown.locator(".md-lost", has_text=other).first).to_be_visible()


def test_a_party_is_found_by_a_code_of_any_of_its_systems(visit: Any, released_lake: ReleasedLake) -> None:
    """Prevents a search that needs the golden id, which nobody knows by heart."""
    ((record, golden_id),) = released_lake.rows(
        "SELECT record_id, golden_id FROM core.party_golden "
        "WHERE record_id <> golden_id AND starts_with(record_id, 'u8_b') ORDER BY ALL LIMIT 1"
    )
    page = visit("master_data", "en")
    search = page.get_by_label("Search by name, code or credit code")
    tab_to(page, search)
    page.keyboard.type(record)
    page.keyboard.press("Enter")
    expect(page.locator(".md-golden thead")).to_contain_text(golden_id)
    search.fill("nobody is called so")
    search.press("Enter")
    expect(page.get_by_text("No party's name or number holds")).to_be_visible()


def test_a_merge_is_recorded_by_the_reader_and_taken_back(visit: Any, released_lake: ReleasedLake) -> None:
    """Prevents a decision without name or reason, and a queue that offers a decided pair again."""
    pairs = released_lake.value("SELECT count(*) FROM mart.identity_review")
    page = visit("master_data", "en", section="review")
    expect(page.get_by_text(f"{pairs} of {pairs} rows")).to_be_visible()
    read_as(page, "Li Na")
    merge = page.get_by_role("button", name="Record: merge")
    merge.click()
    expect(page.get_by_text("A decision needs its reason")).to_be_visible()
    page.get_by_label("Reason (required, kept for good)").fill("same licence, seen 3 March")
    merge.click()
    expect(page.get_by_text("takes effect with the next refresh").first).to_be_visible()
    expect(page.get_by_text(f"{pairs - 1} of {pairs - 1} rows")).to_be_visible()
    (made,) = decisions(released_lake)
    assert (made.action, made.person, made.reason) == ("merge", "li.na", "same licence, seen 3 March")
    page = visit("master_data", "en", section="decisions")
    page.get_by_label("Reason (required, kept for good)").fill("wrong pair")
    page.get_by_role("button", name="Record: take back").click()
    expect(page.get_by_role("cell", name="taken back")).to_be_visible()
    assert [one.action for one in decisions(released_lake)] == ["merge", "undo"]


def decisions(lake: ReleasedLake) -> Any:
    """Every decision on record."""
    return read_decisions(RawZone(lake.settings.raw_dir))


def test_a_value_that_identifies_takes_two_people(visit: Any, released_lake: ReleasedLake) -> None:
    """Prevents one steward from changing a credit code alone, or from being his own second person."""
    ((golden_id, record),) = released_lake.rows(
        "SELECT golden_id, min(record_id) FROM core.party_golden WHERE role_code = 'supplier' "
        "GROUP BY golden_id HAVING count(*) = 1 ORDER BY golden_id LIMIT 1"
    )
    page = visit("master_data", "en", party=golden_id)
    read_as(page, "Li Na")
    page.get_by_text("Decide about this party").click()
    settled(page)
    choose(page, page.get_by_role("combobox", name="Attribute"), "Credit code (USCC)")
    value = page.get_by_label("New value", exact=True)
    value.fill("91110000600037341X")
    value.press("Enter")
    expect(page.get_by_text("is no valid credit code")).to_be_visible()
    value.fill("91110000600037341L")
    value.press("Enter")
    expect(page.get_by_text("only once a second person has approved it")).to_be_visible()
    page.get_by_label("Reason (required, kept for good)").fill("business licence")
    page.get_by_role("button", name="Record: override").click()
    expect(page.get_by_text("It waits for a second person")).to_be_visible()
    made = decisions(released_lake)[-1]
    assert (made.action, made.left_ids, made.person) == ("override", (record,), "li.na")
    page = visit("master_data", "en", section="decisions")
    read_as(page, "Li Na")
    expect(page.get_by_text("another person has to approve it")).to_be_visible()
    read_as(page, "All roles")
    page.get_by_label("Reason (required, kept for good)").fill("seen the licence, too")
    page.get_by_role("button", name="Approve", exact=True).click()
    expect(page.get_by_text("On record: Approve as second person")).to_be_visible()
    approved = decisions(released_lake)[-1]
    assert (approved.action, approved.refers_to, approved.person) == ("approve", made.decision_id, "demo")


def test_who_may_not_decide_sees_no_button(visit: Any) -> None:
    """Prevents a decision on offer that would be refused."""
    page = visit("master_data", "en", section="review")
    read_as(page, "Wang Wei")
    expect(page.get_by_text("Your role may look but not decide")).to_be_visible()
    expect(page.get_by_role("button", name="Record: merge")).to_have_count(0)


def test_differing_rows_name_both_sources(visit: Any, released_lake: ReleasedLake) -> None:
    """Prevents an index that says 60 % and does not say which rows."""
    ((topic, first, second, file, row),) = released_lake.rows(
        """
        SELECT topic_code, first_value, second_value, second_file_name, second_row_no
        FROM mart.consistency_difference
        INNER JOIN (
          FROM mart.consistency ORDER BY consistency_index, topic_code, field_code LIMIT 1
        ) AS least USING (topic_code, field_code)
        WHERE first_value IS NOT NULL AND second_value IS NOT NULL
        ORDER BY mart.consistency_difference.site_code, key_text LIMIT 1
        """
    )
    page = visit("master_data", "en", section="consistency")
    shown = page.locator(".ml-table-box").last
    for text in (first, second, f"{file} : {row}"):
        expect(shown.get_by_text(text, exact=True).first).to_be_visible()
    assert topic
