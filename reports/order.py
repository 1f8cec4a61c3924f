"""Order a report: built from a release, issued as a bundle, taken; all of it on record, refusals too.

Order → form and values → open release → select, validate, render → Built → bundle.issue → archive.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import duckdb

from lakehouse.releases import Approval, NoRelease, Release, find_release, open_release, read_book
from lakehouse.settings import Settings
from lakehouse.writer import Say
from lineage.ledger.act import Action, digest_of
from reports.bundle import Draft, Taker, issue
from reports.form import Asked, Facts, Form, Selected
from reports.frame import canonical_json, file_stem
from reports.on_record import Issuer, Order, issuer_named, on_record, recorded
from reports.origin import FILE, Origin, origin_of
from reports.refusals import NotReleased
from reports.registry import form_of
from reports.values import read_values

__all__ = [
    "Built",
    "Issuer",
    "Order",
    "build",
    "issue_report",
    "issuer_named",
    "preview",
]


@dataclass(frozen=True)
class Built:
    """A report before it leaves: what it was made from, and its files by name.

    Attributes:
        facts: Everything it says, as its form selected it.
    """

    release: Release
    origin: Origin
    contents: Mapping[str, bytes]
    facts: Any

    @property
    def draft(self) -> Draft:
        """What the bundle is made of."""
        return Draft(self.origin.manifest.report_code, self.origin.subject, self.contents)

    @property
    def file_name(self) -> str:
        """The name of its bundle."""
        return f"{file_stem(self.origin.manifest.report_code, self.origin.subject, self.release)}.zip"


def build(settings: Settings, order: Order, envelopes: Collection[str] | None = None) -> Built:
    """Build a report from its release; nothing is written.

    Args:
        envelopes: Signatures of the release that were there then, for a replay; None takes all.

    Raises:
        ReportRefused: says what is unknown, missing, contradictory or not released.
    """
    try:
        release = find_release(settings, order.release)
    except NoRelease as none:
        raise NotReleased(str(none)) from none
    approvals = read_book(settings).entry(release.number).approvals
    signers = [one for one in approvals if envelopes is None or one.envelope_sha256 in envelopes]
    with open_release(settings, release.number) as con:
        return _build(settings, con, release, order, signers)


def _build(
    settings: Settings,
    con: duckdb.DuckDBPyConnection,
    release: Release,
    order: Order,
    signers: Sequence[Approval],
) -> Built:
    form = form_of(order.form)
    values = read_values(form.parameters, order.given)
    asked = Asked(settings, con, release, values, order.under, order.locales)
    selected = _selected(form, asked)
    form.validate(selected.facts)
    origin = origin_of(form, asked, selected, signers)
    contents = {**form.render(asked, selected.facts), FILE: canonical_json(origin)}
    return Built(release, origin, MappingProxyType(contents), selected.facts)


def _selected(form: Form[Facts], asked: Asked) -> Selected[Facts]:
    """What the form selects; a table that an earlier version did not build is told, with what to do."""
    try:
        return form.select(asked)
    except NoRelease as old:
        raise NotReleased(str(old)) from old
    except duckdb.CatalogException as missing:
        raise NotReleased(
            "该版本由较早的程序生成，缺少所需的表；运行 `medlake refresh` 生成新版本 | "
            "an earlier version built this release, which lacks a table; "
            f"run `medlake refresh` for a new one ({missing})"
        ) from missing


def preview(settings: Settings, order: Order, issuer: Issuer) -> Built:
    """Build a report for a look, on record like every build.

    Raises:
        ReportRefused: recorded as well.
    """
    with recorded(settings, order, issuer):
        return _built(settings, order, issuer)


def issue_report(settings: Settings, order: Order, issuer: Issuer, say: Say) -> tuple[Built, bytes]:
    """Build a report and issue it as an archive that proves itself; build, issue and taking are on record.

    Raises:
        ReportRefused: recorded as well.
        HistoryRefused: the witness knows another history of this ledger.
    """
    with recorded(settings, order, issuer):
        built = _built(settings, order, issuer)
        return built, issue(settings, built.release, built.draft, Taker(issuer.who, issuer.why), say)


def issue_built(settings: Settings, built: Built, order: Order, issuer: Issuer, say: Say) -> bytes:
    """Issue what was built for a look, the very bytes that were seen; issue and taking are on record.

    Raises:
        ReportRefused: recorded as well.
        HistoryRefused: the witness knows another history of this ledger.
    """
    with recorded(settings, order, issuer):
        return issue(settings, built.release, built.draft, Taker(issuer.who, issuer.why), say)


def _built(settings: Settings, order: Order, issuer: Issuer) -> Built:
    built = build(settings, order)
    digest = digest_of(built.contents[FILE])
    on_record(settings, Action.REPORT_BUILT, order, issuer, built.draft.subject, digest)
    return built
