"""Who orders which report, and what of it goes on record: builds, refusals, takings.

Order + Issuer → leaf of the ledger. A refusal is told to whoever asked, and stands there with its reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from lakehouse.access import load_policy
from lakehouse.settings import Settings
from lineage.ledger.act import Act, Action
from lineage.ledger.ledger import open_ledger
from lineage.signing.people import load_people
from reports.language import LOCALES, Locale
from reports.refusals import NotAllowed, ReportRefused
from reports.values import Given


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

    @property
    def in_words(self) -> str:
        """The parameters as they were typed."""
        texts = ((name, [value] if isinstance(value, str) else value) for name, value in self.given.items())
        return ", ".join(f"{name}={text}" for name, values in sorted(texts) for text in values) or "–"


@dataclass(frozen=True)
class Issuer:
    """Who orders a report, why, and whether their roles let them."""

    who: str
    why: str
    may_issue: bool


def issuer_named(settings: Settings, who: str, why: str) -> Issuer:
    """Return somebody by name, with what their roles let them; a name that nobody has may nothing."""
    person = load_people(settings).by_name.get(who)
    roles = person.access if person and person.is_active else ()
    return Issuer(who, why, load_policy().may(roles, "report.issue"))


@contextmanager
def recorded(settings: Settings, order: Order, issuer: Issuer) -> Iterator[None]:
    """Demand that the issuer may, and put on record whatever is refused inside.

    Raises:
        NotAllowed: their roles do not let them.
    """
    try:
        _demand_allowed(issuer)
        yield
    except ReportRefused as refusal:
        on_record(settings, Action.REPORT_REFUSED, order, issuer, order.in_words, None, str(refusal))
        raise


def on_record(
    settings: Settings,
    action: Action,
    order: Order,
    issuer: Issuer,
    subject: str,
    after: str | None,
    refusal: str = "",
) -> None:
    """Put an act about an order on record; ``after`` is the digest of what came of it."""
    details = {"release": order.release, "under": order.under and order.under.isoformat()}
    told = {"refusal": refusal} if refusal else {}
    what = f"{order.form} {subject}"
    with open_ledger(settings, writable=True) as ledger:
        ledger.append(Act(action, issuer.who, what, issuer.why, after=after, details={**details, **told}))


def _demand_allowed(issuer: Issuer) -> None:
    if not issuer.may_issue:
        raise NotAllowed(
            f"{issuer.who} 无权出具报告 | {issuer.who} may not issue reports: "
            "no role that the file of people gives them has the action report.issue"
        )
