"""Downloads that leave a trace: the file is made when somebody takes it, and that they did is a leaf."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dashboards.release import OpenRelease
from lakehouse.settings import Settings
from lakehouse.writer import silent
from lineage.ledger.trail import taken
from reports.order import Issuer, Order, issue_report
from reports.values import Given

WHY = "taken from a page | 自页面下载"


def recorded(opened: OpenRelease, what: str, make: Callable[[], bytes]) -> Callable[[], bytes]:
    """A table to take away; its digest and who took it go on record."""

    def load() -> bytes:
        opened.reader.require("export")
        content = make()
        what_of = f"{what} of release {opened.release.name}"
        taken(Settings.from_env(), what_of, WHY, content, opened.reader.name)
        return content

    return load


def ordered(opened: OpenRelease, form: str, given: Mapping[str, Given]) -> Callable[[], bytes]:
    """A form of the release on the screen, to take away as a bundle; also a refusal goes on record."""

    def load() -> bytes:
        issuer = Issuer(opened.reader.name, WHY, opened.reader.may("report.issue"))
        order = Order(form, given, opened.release.number)
        return issue_report(Settings.from_env(), order, issuer, silent)[1]

    return load
