"""What is not known, as large as what is: the bound of affected units, and every kind of gap."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from dashboards.release import OpenRelease, remember
from dashboards.wording import own
from reports.language import Language
from traceability.ignorance import Bound, KnownGap, ReleaseBooks
from traceability.recall.ignorance import books_of
from traceability.trace import Trace

NAMED_AT_MOST = 4


@dataclass(frozen=True)
class Told:
    """One gap in the reader's language: its code, what it is, what to do about it, of which lot or order."""

    code: str
    title: str
    remedy: str
    key: str


def kept_books(opened: OpenRelease) -> ReleaseBooks:
    """Return the books of the release, read once."""
    return remember(opened, "books", lambda: books_of(opened.con))


def told(gaps: Iterable[KnownGap], say: Language) -> list[Told]:
    """Return declared gaps in the reader's language."""
    return [
        Told(gap.gap_code, gap.title_zh, gap.remedy_zh, gap.lot_id or gap.order_id or "")
        if say.locale == "zh"
        else Told(gap.gap_code, gap.title_en, gap.remedy_en, gap.lot_id or gap.order_id or "")
        for gap in gaps
    ]


def told_of_traces(
    traces: Iterable[Trace], gaps: Iterable[KnownGap], say: Language, words: Language
) -> list[Told]:
    """Return declared gaps, and what findings and the walks themselves leave open."""
    declared = told(gaps, say)
    codes = {gap.code for gap in declared}
    seen = dict.fromkeys(gap for trace in traces for gap in trace.gaps if gap.rule_id not in codes)
    return declared + [
        Told(
            gap.rule_id,
            words.words.get(f"rule.{gap.rule_id}", own(gap.message, say)),
            "",
            gap.lot_id or gap.order_id or "",
        )
        for gap in seen
    ]


def bound_html(bound: Bound | None, why_none: str, say: Language) -> str:
    """Return the two numbers: units affected as far as is known, and at most; or why there is no bound."""
    if bound is None:
        return f'<div class="ml-bound ml-bound-open"><p>{escape(why_none)}</p></div>'
    tone = "exact" if bound.is_exact else "open"
    parts = [
        say(f"unknown.{name}", count=say.number(count))
        for name, count in (
            ("lots", len(bound.known_lots)),
            ("possible", len(bound.possible_lots)),
            ("orders", len(bound.open_orders)),
            ("untraced", bound.untraced_qty),
        )
        if count or name == "lots"
    ]
    figures = (("known", bound.known_qty), ("most", bound.upper_qty))
    shown = "".join(
        f'<div class="ml-bound-{name}"><span>{escape(say(f"unknown.{name}"))}</span>'
        f"<b>{escape(say.number(qty))}</b></div>"
        for name, qty in figures
    )
    told_so = f"{escape(say(f'unknown.{tone}'))}<br>{escape(' · '.join(parts))}"
    return f'<div class="ml-bound ml-bound-{tone}">{shown}<p>{told_so}</p></div>'


def gaps_html(gaps: Iterable[Told], say: Language) -> str:
    """Return the kinds of gaps, most frequent first: what, how often, where, what to do."""
    by_code: dict[str, list[Told]] = {}
    for gap in gaps:
        by_code.setdefault(gap.code, []).append(gap)
    ordered = sorted(by_code.items(), key=lambda item: (-len(item[1]), item[0]))
    if not ordered:
        return f'<p class="ml-none">{escape(say("unknown.no_gap"))}</p>'
    return f'<ul class="ml-gaps" tabindex="0">{"".join(_line(code, own, say) for code, own in ordered)}</ul>'


def _line(code: str, own: list[Told], say: Language) -> str:
    keys = sorted({gap.key for gap in own if gap.key})
    shown = ", ".join(keys[:NAMED_AT_MOST]) + (" …" if len(keys) > NAMED_AT_MOST else "")
    remedy = f"<span>{escape(say('unknown.remedy', text=own[0].remedy))}</span>" if own[0].remedy else ""
    return (
        f"<li><b>{escape(own[0].title)}</b> <i>× {len(own)}</i> <code>{escape(code)}</code>"
        f"<small>{escape(shown)}</small>{remedy}</li>"
    )
