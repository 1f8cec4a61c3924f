"""The overview on a real release: its numbers are those of SQL, in both languages, readable."""

from typing import Any

import pytest

from tests.browser.checks import violations


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_overview_is_accessible(visit: Any, lang: str) -> None:
    """Prevents text too pale to read and controls that a screen reader cannot name."""
    assert violations(visit("", lang)) == []
