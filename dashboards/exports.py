"""Downloads that leave a trace: the file is made when somebody takes it, and that they did is a leaf."""

from __future__ import annotations

from collections.abc import Callable

from dashboards.release import OpenRelease
from lakehouse.settings import Settings
from lakehouse.writer import silent
from lineage.ledger.act import SYSTEM
from lineage.ledger.ledger import open_ledger
from lineage.ledger.trail import exported
from reports.bundle import Draft, Taker, issue

WHY = "taken from a page | 自页面下载"


def recorded(opened: OpenRelease, what: str, make: Callable[[], bytes]) -> Callable[[], bytes]:
    """A table to take away; its digest and who took it go on record."""

    def taken() -> bytes:
        content, settings = make(), Settings.from_env()
        with open_ledger(settings, writable=True) as ledger:
            exported(
                ledger, settings.person or SYSTEM, WHY, f"{what} of release {opened.release.name}", content
            )
        return content

    return taken


def proved(opened: OpenRelease, make: Callable[[], Draft]) -> Callable[[], bytes]:
    """A report to take away with everything that proves it."""

    def taken() -> bytes:
        settings = Settings.from_env()
        return issue(settings, opened.release, make(), Taker(settings.person or SYSTEM, WHY), silent)

    return taken
