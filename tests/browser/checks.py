"""What every page owes its readers, checked in the browser: accessibility by axe, reach by keyboard."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe

OPTIONS = {"resultTypes": ["violations"], "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
# Drawn by Streamlit, out of our hands: sections of the navigation stand inside its list, points of a metric's
# small chart have no name (the metric says the same in words).
NOT_OURS = {"exclude": [["[data-testid=stSidebarNavItems]"], ["[data-testid=stMetricChart]"]]}


def violations(page: Any) -> list[str]:
    """What axe finds wrong by WCAG 2.1 AA (contrast, names, labels, structure), a line per element."""
    found = Axe().run(page, context=NOT_OURS, options=OPTIONS).response["violations"]
    return [
        f"{rule['id']}: {' '.join(node['target'])} {node['html'][:160]} {node['failureSummary'][:200]}"
        for rule in found
        for node in rule["nodes"]
    ]


def tab_to(page: Any, wanted: Any, presses: int = 80) -> None:
    """Moves the focus to an element with the Tab key alone; fails when it cannot be reached."""
    passed = []
    for _ in range(presses):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            return
        passed.append(page.evaluate("() => document.activeElement.outerHTML.slice(0, 80)"))
    raise AssertionError(f"Tab does not reach it within {presses} presses; passed {passed}")
