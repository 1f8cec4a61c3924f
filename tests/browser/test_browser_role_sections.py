"""The quality pages as each role reads them: masked and withheld columns break no section."""

import logging

import pytest

from dashboards.reader import Reader
from dashboards.release import open_current
from dashboards.views import data_quality, quality
from lakehouse.access import Role, load_policy
from reports.language import load
from tests.browser.released_lake import ReleasedLake

PAGES = {"page.quality": quality, "page.data_quality": data_quality}


@pytest.mark.parametrize("role", ["analyst", "engineer", "inspector", "manager", "plant_manager"])
def test_every_section_is_drawn_for_the_role(
    role: Role, released_lake: ReleasedLake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Prevents an error page where a role's release withholds what a table shows."""
    for name, value in released_lake.environment.items():
        monkeypatch.setenv(name, value)
    logging.getLogger("streamlit").setLevel(logging.ERROR)  # without a server it says so of every widget
    opened = open_current(released_lake.settings, Reader("somebody", (role,), is_demo=True, sites=("A",)))
    assert opened is not None
    assert opened.facts is not None, "this role sees everything: choose another one"
    drawn = 0
    for action, page in PAGES.items():
        if load_policy().may((role,), action):
            for draw in page.SECTIONS.values():
                draw(opened, load("dashboards", "zh"))
                drawn += 1
    assert drawn >= min(len(page.SECTIONS) for page in PAGES.values())
