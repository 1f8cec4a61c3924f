"""Order a report: built from a release, issued as a bundle, taken; all of it on record, refusals too.

Order → form and values → open release → select, validate, render → Built → bundle.issue → archive.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import TypeVar

import duckdb

from lakehouse.access import load_policy
from lakehouse.releases import Approval, NoRelease, Release, find_release, open_release, read_book
from lakehouse.settings import Settings
from lakehouse.writer import Say
from lineage.ledger.act import Act, Action, digest_of
from lineage.ledger.ledger import open_ledger
from lineage.signing.people import load_people
from reports.bundle import Draft, Taker, issue
from reports.form import Asked
from reports.frame import canonical_json, file_stem
from reports.language import LOCALES, Locale
from reports.origin import FILE, Origin, origin_of
from reports.refusals import NotAllowed, NotReleased, ReportRefused
from reports.registry import form_of
from reports.values import Given, read_values

Result = TypeVar("Result")


@dataclass(frozen=True)
class Order:
    """What somebody wants.

    Attributes:
        form: Code of a form.
        given: Parameters as they were typed.
        release: Number; None takes the current one.
        under: Day whose regulations, codes and deadlines are wanted; None for those that hold by themselves.
    """

    form: str
    given: Mapping[str, Given]
    release: int | None = None
    under: date | None = None
    locales: tuple[Locale, ...] = LOCALES


@dataclass(frozen=True)
class Issuer:
    """Who orders a report, why, and whether their roles let them."""

    who: str
    why: str
    may_issue: bool


@dataclass(frozen=True)
class Built:
    """A report before it leaves: what it was made from, and its files by name."""

    release: Release
    origin: Origin
    contents: Mapping[str, bytes]

    @property
    def draft(self) -> Draft:
        """What the bundle is made of."""
        return Draft(self.origin.manifest.report_code, self.origin.subject, self.contents)

    @property
    def file_name(self) -> str:
        """The name of its bundle."""
        return f"{file_stem(self.origin.manifest.report_code, self.origin.subject, self.release)}.zip"


def issuer_named(settings: Settings, who: str, why: str) -> Issuer:
    """Return somebody by name, with what their roles let them; a name that nobody has may nothing."""
    person = load_people(settings).by_name.get(who)
    roles = person.access if person and person.is_active else ()
    return Issuer(who, why, load_policy().may(roles, "report.issue"))


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
        return build_on(con, release, order, signers)


def build_on(
    con: duckdb.DuckDBPyConnection, release: Release, order: Order, signers: Sequence[Approval]
) -> Built:
    """Build a report on a connection that is open already.

    Raises:
        ReportRefused: says what is unknown, missing or contradictory.
    """
    form = form_of(order.form)
    values = read_values(form.parameters, order.given)
    asked = Asked(con, release, values, order.under, order.locales)
    selected = form.select(asked)
    form.validate(selected.facts)
    origin = origin_of(form, asked, selected, signers)
    contents = {**form.render(asked, selected.facts), FILE: canonical_json(origin)}
    return Built(release, origin, MappingProxyType(contents))


def preview(settings: Settings, order: Order, issuer: Issuer) -> Built:
    """Build a report for a look, on record like every build.

    Raises:
        ReportRefused: recorded as well.
    """
    return _recorded(settings, order, issuer, lambda: _built(settings, order, issuer))


def issue_report(settings: Settings, order: Order, issuer: Issuer, say: Say) -> tuple[Built, bytes]:
    """Build a report and issue it as an archive that proves itself; build, issue and taking are on record.

    Raises:
        ReportRefused: recorded as well.
        HistoryRefused: the witness knows another history of this ledger.
    """

    def issued() -> tuple[Built, bytes]:
        built = _built(settings, order, issuer)
        return built, issue(settings, built.release, built.draft, Taker(issuer.who, issuer.why), say)

    return _recorded(settings, order, issuer, issued)


def _built(settings: Settings, order: Order, issuer: Issuer) -> Built:
    if not issuer.may_issue:
        raise NotAllowed(
            f"{issuer.who} 无权出具报告 | {issuer.who} may not issue reports: "
            "no role that the file of people gives them has the action report.issue"
        )
    built = build(settings, order)
    _append(
        settings, Action.REPORT_BUILT, order, issuer, built.draft.subject, digest_of(built.contents[FILE])
    )
    return built


def _recorded(settings: Settings, order: Order, issuer: Issuer, make: Callable[[], Result]) -> Result:
    try:
        return make()
    except ReportRefused as refusal:
        _append(settings, Action.REPORT_REFUSED, order, issuer, _wanted(order), None, str(refusal))
        raise


def _wanted(order: Order) -> str:
    """The parameters as they were typed."""
    texts = ((name, [value] if isinstance(value, str) else value) for name, value in order.given.items())
    return ", ".join(f"{name}={text}" for name, values in sorted(texts) for text in values) or "–"


def _append(
    settings: Settings,
    action: Action,
    order: Order,
    issuer: Issuer,
    subject: str,
    after: str | None,
    refusal: str = "",
) -> None:
    details = {"release": order.release, "under": order.under and order.under.isoformat()}
    told = {"refusal": refusal} if refusal else {}
    act = Act(
        action, issuer.who, f"{order.form} {subject}", issuer.why, after=after, details={**details, **told}
    )
    with open_ledger(settings, writable=True) as ledger:
        ledger.append(act)
