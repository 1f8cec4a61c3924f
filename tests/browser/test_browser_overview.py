"""The overview on a real release: its numbers are those of SQL, in both languages, readable."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.checks import read_as, violations


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_overview_is_accessible(visit: Any, lang: str) -> None:
    """Prevents text too pale to read and controls that a screen reader cannot name."""
    assert violations(visit("", lang)) == []


def test_a_reader_sees_the_sections_of_their_role(visit: Any) -> None:
    """Prevents a navigation that names pages which the reader's role does not open."""
    page = visit("", "en")
    navigation = page.get_by_test_id("stSidebarNav")
    expect(navigation.get_by_text("Tracing and recall")).to_be_visible()
    read_as(page, "Zhang Min")
    expect(navigation.get_by_text("Tracing and recall")).to_have_count(0)
