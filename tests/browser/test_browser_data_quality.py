"""Data quality and the quarantine bench on a real release: the index by its formula, decisions by name."""

from typing import Any

import pytest
from playwright.sync_api import expect

from lakehouse.raw_zone import RawZone
from quality_rules.index.checks import ATTACHMENT
from quality_rules.quarantine.decision import read_decisions
from tests.browser.checks import violations
from tests.browser.reader import choose, metric, read_as, section, table_rows
from tests.browser.released_lake import ReleasedLake
from tests.browser.script_runs import settled

SECTIONS = {
    "zh": ("质量指数", "规则", "守恒账", "到货日历", "结构漂移", "隔离工作台"),
    "en": ("Index", "Rules", "Conservation", "Arrivals", "Drift", "Quarantine bench"),
}
# The index by its words, in SQL: mean pass share per dimension, weighted.
INDEX = """
    WITH share AS (
      SELECT dimension, avg(greatest(1 - failed_rows / checked_rows, 0)) AS s
      FROM read_parquet('{file}') WHERE checked_rows > 0 GROUP BY dimension
    )
    SELECT 100 * sum(w * s) / sum(w) FROM share JOIN (VALUES
      ('completeness', 20), ('validity', 20), ('uniqueness', 15), ('consistency', 20), ('timeliness', 15),
      ('accuracy', 10)) AS weight(dimension, w) USING (dimension)"""

REJECTED = "SELECT count(*) FROM mart.quarantine WHERE state_code = 'rejected'"
COMMON_RULE = """
    SELECT rule_id FROM mart.quarantine WHERE layer_code = 'stg' AND state_code = 'open'
    GROUP BY rule_id ORDER BY count(*) DESC, rule_id LIMIT 1"""


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_data_quality_is_accessible(visit: Any, lang: str) -> None:
    """Prevents a section whose text is too pale or whose controls a screen reader cannot name."""
    page = visit("data_quality", lang)
    for name in SECTIONS[lang]:
        section(page, name)
        assert violations(page) == [], name


def test_the_index_is_its_formula_and_the_books_are_those_of_sql(
    visit: Any, released_lake: ReleasedLake
) -> None:
    """Prevents an index nobody can work out again, and books drawn from other numbers than SQL gives."""
    page = visit("data_quality", "en")
    exact = released_lake.value(INDEX.format(file=released_lake.release.path / ATTACHMENT))
    assert metric(page, "Index") == f"{exact:.1f}"
    section(page, "Conservation")
    books = released_lake.value("SELECT count(*) FROM mart.conservation")
    expect(page.get_by_text(f"All {books} books balance")).to_be_visible()
    silent = released_lake.value(
        "SELECT count(DISTINCT file_sha256) FROM mart.file WHERE status = 'loaded' AND control_code = 'none'"
    )
    expect(page.get_by_text(f"{silent:,} came without a word")).to_be_visible()
    section(page, "Arrivals")
    alarms = released_lake.value("SELECT count(*) FROM mart.arrival WHERE rule_id <> ''")
    assert len(table_rows(page)) == alarms > 0
    section(page, "Drift")
    assert len(table_rows(page)) == released_lake.value("SELECT count(*) FROM mart.drift")


def bench(page: Any, rule: str) -> None:
    section(page, "Quarantine bench")
    choose(page, page.get_by_role("combobox", name="Choose a record"), rule)
    expect(page.get_by_text("Fields of the record")).to_be_visible()


def reject(page: Any, reason: str) -> None:
    page.get_by_role("radio", name="Reject", exact=True).click()
    expect(page.get_by_text("Confirms it as not wanted")).to_be_visible()
    settled(page)
    page.get_by_label("Reason, required").fill(reason)
    page.get_by_test_id("stFormSubmitButton").get_by_role("button", name="Reject").click()
    settled(page)


def test_two_people_decide_one_record(
    visit: Any, browser: Any, dashboards: str, released_lake: ReleasedLake
) -> None:
    """Prevents a second decision from covering the first, and one without a reason: the second person is told
    who was first; the record waits for the next release, and the release stays as it is."""
    before = released_lake.value(REJECTED)
    page, other = visit("data_quality", "en"), browser.new_page()
    other.goto(f"{dashboards}/data_quality?lang=en")
    settled(other)
    for one in (page, other):
        bench(one, released_lake.value(COMMON_RULE))
    reject(page, " ")
    expect(page.get_by_text("A decision needs its reason")).to_be_visible()
    reject(page, "typed wrong at the source")
    expect(page.get_by_text("it takes effect with the next refresh and release")).to_be_visible()
    expect(page.get_by_text("These records are decided, and not yet in a release")).to_be_visible()
    other.get_by_role("radio", name="Reject", exact=True).click()
    settled(other)
    expect(other.get_by_text("has just decided on the record you were looking at")).to_be_visible()
    expect(other.get_by_role("button", name="Reject", exact=True)).to_have_count(0)  # nor of any other record
    other.close()
    (made,) = [
        one
        for one in read_decisions(RawZone(released_lake.settings.raw_dir))
        if one.reason == "typed wrong at the source"
    ]
    assert (made.action, made.source_table != "") == ("reject", True)
    assert released_lake.value(REJECTED) == before  # a release never changes


def test_who_may_not_decide_is_shown_no_form(visit: Any) -> None:
    """Prevents a manager from finding a button that is not theirs, or a record as it lies in the raw zone."""
    page = visit("data_quality", "en")
    read_as(page, "Manager")
    section(page, "Quarantine bench")
    expect(page.get_by_text("a data steward decides")).to_be_visible()
    expect(page.get_by_text("Fields of the record")).to_have_count(0)
    expect(page.get_by_label("Reason, required")).to_have_count(0)
