"""Every role at every page its policy opens, on its own file: no page may need what its reader cannot see."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboards.app import SECTIONS
from lakehouse.access import Role, load_policy
from tests.browser.released_lake import ReleasedLake

APP = str(Path(__file__).parents[2] / "dashboards" / "app.py")
PEOPLE = {
    Role.QA: "wang.wei",
    Role.MANAGER: "chen.jing",
    Role.PLANT_MANAGER: "ma.chao",
    Role.ANALYST: "zhang.min",
    Role.INSPECTOR: "zhao.lei",
    Role.ENGINEER: "liu.yang",
}


@pytest.mark.parametrize("role", PEOPLE)
def test_a_role_reads_every_page_it_may_open(
    role: Role, released_lake: ReleasedLake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Prevents a page from failing for those whose file lacks a table or a value."""
    for name, value in released_lake.environment.items():
        monkeypatch.setenv(name, value)
    names = [page.name for pages in SECTIONS.values() for page in pages]
    permitted = [name for name in names if load_policy().may([role], f"page.{name}")]
    app = AppTest.from_file(APP, default_timeout=120)
    app.session_state["reader"] = PEOPLE[role]
    failed = {}
    for name in permitted:
        app._page_hash = _hash_of(app, name)
        app.run()
        if app.exception or any("medlake refresh" in error.value for error in app.error):
            failed[name] = [each.value for each in (*app.exception, *app.error)]
    assert permitted and failed == {}


def _hash_of(app: AppTest, name: str) -> str:
    """The page's key in the navigation of the run before; none yet in the first run."""
    found = [key for key, page in app._registered_pages.items() if page.get("url_pathname") == name]
    return str(found[0]) if found else ""
