"""Downloads that leave a trace: the file is made when somebody takes it, and that they did is a leaf."""

from __future__ import annotations

from collections.abc import Callable

from dashboards.release import OpenRelease
from lakehouse.settings import Settings
from lakehouse.writer import silent
from lineage.ledger.act import SYSTEM
from lineage.ledger.trail import taken
from reports.bundle import Draft, Taker, issue

WHY = "taken from a page | 自页面下载"


def recorded(opened: OpenRelease, what: str, make: Callable[[], bytes]) -> Callable[[], bytes]:
    """A table to take away; its digest and who took it go on record."""

    def load() -> bytes:
        content = make()
        taken(Settings.from_env(), f"{what} of release {opened.release.name}", WHY, content)
        return content

    return load


def proved(opened: OpenRelease, make: Callable[[], Draft]) -> Callable[[], bytes]:
    """A report to take away with everything that proves it."""

    def load() -> bytes:
        settings = Settings.from_env()
        return issue(settings, opened.release, make(), Taker(settings.person or SYSTEM, WHY), silent)

    return load
