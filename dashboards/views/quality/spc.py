"""Control charts: which streams are out of control, and the chart of one of them with its capability."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import streamlit as st

from dashboards.release import OpenRelease
from dashboards.spc_streams import Stream, judged, streams
from dashboards.tables import Column, table
from dashboards.views.quality import spc_stream
from dashboards.views.quality.spc_words import characteristic, label, reasons, rounded
from reports.language import Language
from reports.spc import RuleSet
from reports.spc.streams import Verdict

GOAL = Decimal("1.33")


@dataclass(frozen=True)
class _Line:
    """A stream with what its chart says."""

    stream: Stream
    verdict: Verdict

    @property
    def urgency(self) -> tuple[int, int, str]:
        """What to look at first: signals of late, then signals at all."""
        return -self.verdict.recent_count, -self.verdict.signal_count, self.stream.stream_id


def draw(opened: OpenRelease, say: Language) -> None:
    """Draw the section."""
    known = streams(opened)
    if not known:
        st.info(say("quality.no_streams"))
        return
    left, middle, right = st.columns([2, 3, 2], vertical_alignment="bottom", gap="large")
    rule_set = _choose_rules(say)
    with left:
        sites = _choose_sites(known, say)
    with middle:
        text = st.text_input(say("quality.search"), key="spc_text", icon=":material/search:")
    with right:
        only = st.toggle(say("quality.only_signals"), key="only_signals")
    verdicts = judged(opened, rule_set)
    lines = [
        _Line(stream, verdicts[stream.stream_id])
        for stream in known
        if stream.site_code in sites and _fits(stream, text, say)
    ]
    _tiles(lines, say)
    shown = sorted(
        (line for line in lines if not only or line.verdict.signal_count), key=lambda line: line.urgency
    )
    if not shown:
        st.info(say("quality.no_match"), icon=":material/search_off:")
        return
    _list(shown, opened, say)
    chosen = _choose_stream(shown, say)
    spc_stream.draw(chosen, rule_set, opened, say)


def _fits(stream: Stream, text: str, say: Language) -> bool:
    """Every word of the search stands somewhere in the stream's line."""
    line = label(stream, say).lower()
    return all(word in line for word in text.lower().split())


def _choose_rules(say: Language) -> RuleSet:
    chosen = st.sidebar.radio(
        say("quality.rules"),
        [*RuleSet],
        format_func=lambda name: say(f"quality.rules_{name}"),
        key="rule_set",
        help=say("quality.rules_help"),
    )
    return RuleSet(chosen)


def _choose_sites(known: Sequence[Stream], say: Language) -> list[str]:
    sites = sorted({stream.site_code for stream in known})
    picked = st.pills(
        say("filter.sites"),
        sites,
        selection_mode="multi",
        default=sites,
        format_func=lambda site: say("site", site=site),
        key="spc_sites",
    )
    return list(picked or sites)


def _tiles(lines: Sequence[_Line], say: Language) -> None:
    verdicts = [line.verdict for line in lines]
    drawn = [verdict for verdict in verdicts if verdict.kind]
    low = [verdict for verdict in drawn if verdict.cpk is not None and Decimal(verdict.cpk) < GOAL]
    counts: Mapping[str, int] = {
        "charts": len(drawn),
        "recent": sum(verdict.recent_count > 0 for verdict in drawn),
        "unstable": sum(verdict.signal_count > 0 for verdict in drawn),
        "low_cpk": len(low),
        "refused": sum(bool(verdict.reasons) for verdict in drawn),
        "no_chart": len(verdicts) - len(drawn),
    }
    for column, (name, count) in zip(st.columns(len(counts)), counts.items(), strict=True):
        column.metric(say(f"quality.tile_{name}"), say.number(count), help=say(f"quality.tile_{name}_help"))


def _list(lines: Sequence[_Line], opened: OpenRelease, say: Language) -> None:
    columns: list[Column[_Line]] = [
        Column(say("col.site"), lambda line: line.stream.site_code),
        Column(say("quality.product"), lambda line: line.stream.product_name(say.locale)),
        Column(say("quality.characteristic"), lambda line: characteristic(line.stream, say)),
        Column(say("quality.source"), lambda line: line.stream.source_system),
        Column(say("quality.chart"), lambda line: say(f"quality.kind_{line.verdict.kind or 'none'}")),
        Column(say("quality.points"), lambda line: line.verdict.point_count),
        Column(say("quality.recent"), lambda line: line.verdict.recent_count),
        Column(say("quality.signals"), lambda line: line.verdict.signal_count),
        Column(say("quality.outside"), lambda line: line.verdict.outside_count),
        Column("Cpk", lambda line: rounded(line.verdict.cpk)),
        Column(say("quality.why_no_cpk"), lambda line: reasons(line.verdict.reasons, say)),
    ]
    table(lines, columns, name="spc_streams", opened=opened, say=say)


def _choose_stream(lines: Sequence[_Line], say: Language) -> Stream:
    by_id = {line.stream.stream_id: line.stream for line in lines}
    st.subheader(say("quality.one_stream"))
    chosen = st.selectbox(
        say("quality.choose_stream"),
        list(by_id),
        format_func=lambda id_: label(by_id[id_], say),
        key="stream",
    )
    return by_id[chosen or next(iter(by_id))]
